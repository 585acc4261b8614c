import openai

response = openai.ChatCompletion.create(
    model="gpt-3.5-turbo",
    messages=[{"role": "user", "content": "Tell me a story"}],
    stream=True,
)

collected = []
for chunk in response:
    delta = chunk["choices"][0]["delta"]
    content = delta.get("content", "")
    collected.append(content)
    print(content, end="", flush=True)
print()
print("".join(collected) == "You said: Tell me a story")
