from low import raw
def text(messages):
    return raw(messages)["choices"][0]["message"]["content"]
