from dotenv import load_dotenv

# fine: first
load_dotenv()

from fastapi import FastAPI  # noqa: E402
from routers import chat  # noqa: E402

app = FastAPI()
app.include_router(chat.router, prefix="/chat")
