import openai

kwargs = {"stream": True}
chunks = list(openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "list it"}], **kwargs))
print(len(chunks), chunks[0]["choices"][0]["delta"]["role"], chunks[-1].choices[0].finish_reason)
print("".join(c["choices"][0]["delta"].get("content") or "" for c in chunks))

it = iter(openai.Completion.create(model="text-davinci-003", prompt="next", stream=True))
first = next(it)
print(first["choices"][0]["text"].strip(), first["object"])
for rest in it:
    print(rest.choices[0]["text"], end="")
print()
