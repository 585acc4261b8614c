from dotenv import load_dotenv
from fastapi import FastAPI
from routers import chat

load_dotenv()  # expect: OAK301

app = FastAPI()
app.include_router(chat.router, prefix="/chat")
