import openai

engines = openai.Engine.list()
print([engine.id for engine in engines.data if engine.id.startswith("gpt")])
print(openai.Engine.retrieve("text-davinci-003")["id"])

available = {m.id for m in openai.Model.list()["data"]}
for wanted in ("gpt-4", "gpt-5"):
    print(wanted, wanted in available)

try:
    openai.Model.retrieve("fails-404")
except openai.error.InvalidRequestError as e:
    print("no such model:", e.code)

fine_tuned = [m for m in openai.Model.list().data if m["owned_by"] not in ("openai", "system")]
print(fine_tuned[0].id if fine_tuned else "none")
