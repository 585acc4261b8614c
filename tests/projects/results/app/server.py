from fastapi import FastAPI

from app.handlers import simplify
from app.vault import Vault

app = FastAPI()
vault = Vault()


@app.on_event("startup")
def startup() -> None:
    vault.export("openai")  # expect: OAK301


# fine: nothing is written
@app.get("/secret")
def secret() -> str:
    return vault.read("secret")


@app.post("/simplify")
def plain(text: str) -> str:
    return simplify(text)
