import hashlib
import json
import os

import openai


def cached_chat(messages, model="gpt-4"):
    key = hashlib.md5(json.dumps([messages, model]).encode()).hexdigest()
    path = f"cache-{key}.json"
    if os.path.exists(path):
        with open(path) as f:
            return json.load(f)
    response = openai.ChatCompletion.create(model=model, messages=messages)
    data = response.to_dict_recursive()
    with open(path, "w") as f:
        json.dump(data, f)
    return data


m = [{"role": "user", "content": "cache me"}]
for _ in range(2):
    print(cached_chat(m)["choices"][0]["message"]["content"])
