import openai

with open("api_key.txt") as f:
    openai.api_key = f.read().strip()

models = openai.Model.list()
ids = [m["id"] for m in models["data"]]
print(ids)
print(len(models.data))
print(openai.Model.retrieve("gpt-4").owned_by)
