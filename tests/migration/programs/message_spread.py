import copy
import openai

resp = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "spread"}])
message = {**resp["choices"][0]["message"], "name": "bot"}
print(sorted(message.items()))
print(dict(resp["choices"][0]["message"])["content"])
for key, value in sorted(resp["usage"].items()):
    print(key, value)
history = [{"role": "user", "content": "spread"}, copy.deepcopy(resp["choices"][0]["message"])]
history.append({"role": "user", "content": "more"})
print(openai.ChatCompletion.create(model="gpt-4", messages=history)["choices"][0]["message"]["content"])
