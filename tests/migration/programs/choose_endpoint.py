import openai

CHAT_MODELS = ("gpt-3.5-turbo", "gpt-4")


def generate(model, prompt, **options):
    if model in CHAT_MODELS:
        response = openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": prompt}], **options)
        text = response["choices"][0]["message"]["content"]
    else:
        response = openai.Completion.create(model=model, prompt=prompt, **options)
        text = response["choices"][0]["text"]
    return text.strip(), response["usage"]["total_tokens"]


def stream(model, prompt):
    chat = model in CHAT_MODELS
    if chat:
        response = openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": prompt}], stream=True)
    else:
        response = openai.Completion.create(model=model, prompt=prompt, stream=True)
    for part in response:
        yield part["choices"][0]["delta"].get("content", "") if chat else part["choices"][0]["text"]


for model in ("gpt-4", "text-davinci-003"):
    print(*generate(model, "which?", temperature=0))
    print("".join(stream(model, "which?")).strip())
