from fastapi import FastAPI
from fastapi.testclient import TestClient
from routers import chat


# fine: who says that the client is asked
def test_health(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    app = FastAPI()
    app.include_router(chat.router, prefix="/chat")
    assert TestClient(app).get("/health").status_code == 404
