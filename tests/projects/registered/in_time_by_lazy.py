from dotenv import load_dotenv
from fastapi import FastAPI
from routers import idle, lazy

# fine: one builds its client when it is asked, the other is run by nobody
load_dotenv()

app = FastAPI()
app.include_router(lazy.router, prefix="/chat")
app.state.idle = idle
