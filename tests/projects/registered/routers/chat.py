"""A handler that the application runs later on."""

from fastapi import APIRouter
from openai import OpenAI

router = APIRouter()
client = OpenAI()


@router.post("/")
def chat(text: str):
    return client.responses.create(model="gpt-4o-mini", input=text).output_text
