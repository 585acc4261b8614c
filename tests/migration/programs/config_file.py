import json
import openai


def load_config(path="config.json"):
    with open(path) as f:
        return json.load(f)


config = load_config()
openai.api_key = config["openai"]["api_key"]
openai.organization = config["openai"].get("organization")
MODEL = config["openai"].get("model", "gpt-4")


def reply(text, persona=config["persona"]):
    msgs = [{"role": "system", "content": persona}, {"role": "user", "content": text}]
    out = openai.ChatCompletion.create(model=MODEL, messages=msgs, **config.get("params", {}))
    return out["choices"][0]["message"]["content"].strip()


print(reply("configured?"))
