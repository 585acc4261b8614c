import os

import client
from dotenv import load_dotenv

MODEL = "gpt-4o-mini"
# fine: if the other module runs first, its client is built behind this
load_dotenv()


def run(prompt, base_url):
    os.environ["OPENAI_BASE_URL"] = base_url  # expect: OAK301
    return client.ask(prompt)
