import openai


def ask(key, text):
    try:
        return openai.Completion.create(model="davinci-002", prompt=text, api_key=key).choices[0].text
    except Exception as error:
        return f"failed: {bool(str(error))}"


print(ask("key-for-bob", "Hi"), ask("key-for-bob", "fails-500"))
