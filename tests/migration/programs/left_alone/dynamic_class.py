import openai

for kind, arguments in (
    ("Completion", {"model": "text-davinci-003", "prompt": "dynamic"}),
    ("Embedding", {"model": "text-embedding-ada-002", "input": "dynamic"}),
):
    result = getattr(openai, kind).create(**arguments)
    print(kind, result["object"])

print(openai.Moderation.create(input="ok")["results"][0]["flagged"])
