import openai

prompts = ["ok", "kill", "fine"]
for p in prompts:
    if (result := openai.Moderation.create(input=p)["results"][0])["flagged"]:
        print(p, "flagged:", [name for name, hit in result["categories"].items() if hit])
        continue
    if text := openai.Completion.create(model="text-davinci-003", prompt=p).choices[0].text.strip():
        print(p, text)
