import openai

HANDLERS = {
    "chat": lambda text: openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": text}]).choices[0].message.content,
    "complete": lambda text: openai.Completion.create(model="text-davinci-003", prompt=text).choices[0].text.strip(),
    "image": lambda text: openai.Image.create(prompt=text, n=1, size="256x256")["data"][0]["url"],
    "moderate": lambda text: openai.Moderation.create(input=text)["results"][0]["flagged"],
}

for command, argument in [("chat", "a"), ("complete", "b"), ("image", "c"), ("moderate", "kill")]:
    print(command, HANDLERS[command](argument))
