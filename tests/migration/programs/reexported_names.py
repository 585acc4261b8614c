import openai
from openai import error as openai_error

create = openai.ChatCompletion.create
Completion = openai.Completion
RateLimit = openai_error.RateLimitError
TRANSIENT = (RateLimit, openai_error.ServiceUnavailableError)

print(create(model="gpt-4", messages=[{"role": "user", "content": "short name"}]).choices[0].message.content)
print(Completion.create(model="text-davinci-003", prompt="class alias")["choices"][0]["text"].strip())
try:
    Completion.create(model="fails-503", prompt="x")
except TRANSIENT:
    print("transient")
