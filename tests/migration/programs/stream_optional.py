import openai


def chat(messages, stream=False, **kw):
    """Returns the text, or an iterator of pieces of it."""
    response = openai.ChatCompletion.create(model="gpt-4", messages=messages, stream=stream, **kw)
    if stream:
        return (c.choices[0].delta.get("content", "") for c in response)
    return response.choices[0].message.content


m = [{"role": "user", "content": "both ways"}]
print(chat(m))
print(list(chat(m, stream=True)))
