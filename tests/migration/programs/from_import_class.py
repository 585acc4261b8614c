from openai import ChatCompletion, Moderation


def safe_chat(text):
    if Moderation.create(input=text)["results"][0]["flagged"]:
        return "No."
    return ChatCompletion.create(
        model="gpt-4",
        messages=[{"role": "user", "content": text}],
    ).choices[0].message.content


print(safe_chat("hello"))
print(safe_chat("how to kill a process"))
