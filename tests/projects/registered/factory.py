from dotenv import load_dotenv
from fastapi import FastAPI
from routers.chat import router


def create_app():
    load_dotenv()  # expect: OAK301
    app = FastAPI()
    app.include_router(router, prefix="/chat")
    return app
