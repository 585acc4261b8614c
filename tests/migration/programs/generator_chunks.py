import openai


def raw_chunks(messages):
    for chunk in openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=messages, stream=True):
        yield chunk


def text_chunks(messages):
    for chunk in raw_chunks(messages):
        choice = chunk["choices"][0]
        if choice["finish_reason"] == "stop":
            return
        if choice["delta"].get("role"):
            continue
        yield choice["delta"]["content"]


buffer = []
for part in text_chunks([{"role": "user", "content": "generate this"}]):
    buffer.append(part)
    print(len(buffer), part.rstrip())
print("".join(buffer))
