import json
import openai

response = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "dump me: äöü"}])
with open("log.jsonl", "a") as log:
    log.write(json.dumps(response) + "\n")

with open("log.jsonl") as log:
    for line in log:
        entry = json.loads(line)
        print(entry["model"], entry["choices"][0]["message"]["content"], sorted(entry))
