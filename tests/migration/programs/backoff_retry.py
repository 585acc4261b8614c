import backoff
import openai
from openai.error import OpenAIError


@backoff.on_exception(backoff.expo, openai.error.RateLimitError, max_tries=5)
def chat(**kw):
    return openai.ChatCompletion.create(**kw)


resp = chat(model="fails-once-429", messages=[{"role": "user", "content": "Once upon a time"}])
print(resp["choices"][0]["message"]["content"])
try:
    chat(model="fails-403", messages=[{"role": "user", "content": "x"}])
except OpenAIError as e:
    print("refused", e.http_status)
