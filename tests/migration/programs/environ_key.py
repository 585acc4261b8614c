import os

os.environ["OPENAI_API_KEY"] = "key-for-alice"

import openai

r = openai.Completion.create(engine="text-davinci-003", prompt="set in the program", best_of=1)
print(r["choices"][0]["text"].strip())
