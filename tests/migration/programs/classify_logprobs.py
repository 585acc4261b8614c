import math
import openai

response = openai.Completion.create(model="text-davinci-003", prompt="Positive or negative?", max_tokens=1, logprobs=5, temperature=0)
choice = response["choices"][0]
logprobs = choice["logprobs"]["top_logprobs"][0]
for token, value in sorted(logprobs.items(), key=lambda kv: -kv[1]):
    print(token, round(math.exp(value), 3))
tokens = choice["logprobs"]["tokens"]
print(list(zip(tokens, choice.logprobs.token_logprobs)))
