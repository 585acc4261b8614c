from functools import partial

import openai

gpt4 = partial(openai.ChatCompletion.create, model="gpt-4", temperature=0)
say = lambda text: gpt4(messages=[{"role": "user", "content": text}])["choices"][0]["message"]["content"]

print(say("partial"))
embed = lambda t: openai.Embedding.create(input=t, model="text-embedding-ada-002")["data"][0]["embedding"]
print(embed("lambda"))
