import openai
from openai.error import *

try:
    print(openai.Completion.create(model="fails-400", prompt="a").choices[0].text)
except (InvalidRequestError, RateLimitError) as e:
    print(e.http_status)
except Timeout:
    print("late")
