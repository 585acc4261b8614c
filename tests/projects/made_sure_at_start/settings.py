from typing import Annotated

import typer
from pydantic_settings import BaseSettings


def not_blank(value: str) -> str:
    if not value.strip():
        raise typer.BadParameter("give a key")
    return value


DeskKey = Annotated[str, typer.Option("--key", callback=not_blank)]
PlainKey = Annotated[str, typer.Option("--key")]


class Settings(BaseSettings):
    desk_key: str = ""
    night_key: str | None = None
    spare_key: str = ""


settings = Settings()
