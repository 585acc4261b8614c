"""A handler with a client of its own."""

from fastapi import APIRouter
from openai import OpenAI

router = APIRouter()


@router.post("/")
def chat(text: str):
    return OpenAI().responses.create(model="gpt-4o-mini", input=text).output_text
