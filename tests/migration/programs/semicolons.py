import os, openai; openai.api_key = os.environ["OPENAI_API_KEY"]
def q(p): r = openai.Completion.create(engine="davinci", prompt=p, max_tokens=5); return r["choices"][0]["text"]
if True: print(q("terse").strip())
for c in openai.Completion.create(engine="davinci", prompt="s", stream=True): print(c["choices"][0]["text"], end="")
print()
