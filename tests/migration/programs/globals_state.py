import openai

last_response = None
total = 0


def ask(q):
    global last_response, total
    last_response = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": q}])
    total += last_response["usage"]["total_tokens"]


def show():
    print(last_response["choices"][0]["message"]["content"], total)


ask("alpha")
show()
ask("beta")
show()
