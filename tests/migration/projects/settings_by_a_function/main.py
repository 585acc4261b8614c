from settings import configure
from llm import chat, embed

configure()
answer = chat([{"role": "user", "content": "Hello"}], temperature=0)
print(answer["choices"][0]["message"]["content"])
print(answer["usage"]["total_tokens"])
print([len(v) for v in embed(["a", "b"])])
