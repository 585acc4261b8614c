import openai
def raw(messages):
    return openai.ChatCompletion.create(model=messages[-1].get("model", "gpt-4"), messages=[{k: m[k] for k in ("role", "content")} for m in messages])
