import os

import typer
from openai import AsyncOpenAI, OpenAI

from settings import DeskKey, PlainKey, settings

app = typer.Typer()
worker = OpenAI(api_key=os.getenv("OPENAI_API_KEY", ""))


def desk():
    return AsyncOpenAI(api_key=settings.desk_key)


def night():
    return AsyncOpenAI(base_url="https://api.siliconflow.cn/v1", api_key=settings.night_key)


def spare():
    return AsyncOpenAI(api_key=settings.spare_key)  # expect: OAK303


@app.command()
def ask(key: DeskKey = ""):
    return OpenAI(api_key=key)


@app.command()
def ask_plainly(key: PlainKey = ""):  # expect: OAK303
    return OpenAI(api_key=key)
