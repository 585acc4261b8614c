import openai
from openai import APIError, InvalidRequestError, OpenAIError

try:
    openai.Image.create(prompt="fails-400")
except APIError as e:
    print("api", e.http_status)
except InvalidRequestError as e:
    print("invalid", e.http_status, e.param)

try:
    openai.Image.create(prompt="fails-500")
except InvalidRequestError:
    print("invalid")
except APIError:
    print("api error")

try:
    openai.Image.create(prompt="fails-429")
except OpenAIError as e:
    print("base class", e.http_status)
