import openai


def chat(prompt):
    response = openai.ChatCompletion.create(
        model="gpt-3.5-turbo", messages=[{"role": "user", "content": prompt}], n=2)
    return response, response["usage"]["total_tokens"]


def best(prompt):
    resp, tokens = chat(prompt)
    first, second = resp["choices"]
    return first["message"]["content"], second.message.content, tokens


a, b, n = best("unpack")
print(a, "/", b, "/", n)
(only,) = openai.Image.create(prompt="x", n=1)["data"]
print(only["url"])
for i, choice in enumerate(chat("again")[0].choices):
    print(i, choice.finish_reason, choice["message"]["content"])
