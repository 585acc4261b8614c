"""All calls return a Result, nothing raises."""

import openai

from app.result import Result

client = openai.OpenAI()


def title(text: str) -> Result:
    try:
        return Result(True, client.responses.create(model="gpt-5", input=text).output_text)
    except Exception as error:
        return Result(ok=False, error=str(error))


def minutes(text: str) -> Result:
    try:
        return Result(True, client.responses.create(model="gpt-5", input=text).output_text)
    except openai.AuthenticationError as error:
        return Result(ok=False, error=str(error), fatal=True)
    except Exception as error:
        return Result(ok=False, error=str(error))
