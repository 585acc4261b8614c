import openai
from openai.error import TryAgain

try:
    openai.Image.create(prompt="fails-409")
except TryAgain as e:
    print("again later", e.http_status)
