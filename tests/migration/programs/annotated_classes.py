from openai import ChatCompletion, Embedding


def ask(text: str) -> ChatCompletion:
    return ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": text}])


def vector(answer: Embedding) -> list:
    return answer["data"][0]["embedding"]


print(ask("hi").choices[0].message.content)
print(len(vector(Embedding.create(model="e", input="a"))))
