import functools

import openai


def make_asker(model, system):
    @functools.lru_cache(maxsize=None)
    def ask(question):
        def build():
            return [{"role": "system", "content": system}, {"role": "user", "content": question}]

        return openai.ChatCompletion.create(model=model, messages=build()).choices[0].message.content

    return ask


pirate = make_asker("gpt-4", "Talk like a pirate")
print(pirate("Hi"))
print(pirate("Hi"))  # cached
print(pirate.cache_info().hits)
