from stream import chunks

text = ""
for chunk in chunks("Tell me"):
    delta = chunk["choices"][0]["delta"]
    if "content" in delta:
        text += delta["content"]
print(text)
