import time

import openai
from dotenv import load_dotenv
from gone.errors import RETRYABLE
from gone.llm import Chat, ask
from gone.retry import patient

# fine: who knows what these are
chat = Chat()
load_dotenv()


@patient
def decorated(prompt):
    return openai.OpenAI().responses.create(model="gpt-4o", input=prompt)


def loop(prompt):
    while True:
        try:
            return ask(prompt)
        except Exception:
            time.sleep(1)


def listed(prompt):
    while True:
        try:
            return openai.OpenAI().responses.create(model="gpt-4o", input=prompt)
        except RETRYABLE:
            time.sleep(1)


print(chat.ask("How are you?"))
