import os
import openai

AZURE = dict(
    api_type="azure",
    api_base=os.environ["AZURE_BASE"],
    api_version="2023-07-01-preview",
    api_key=os.environ["AZURE_KEY"],
)


def via_azure(text):
    return openai.ChatCompletion.create(engine="chat", messages=[{"role": "user", "content": text}], **AZURE)


def via_openai(text):
    return openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": text}])


print(via_azure("one").choices[0].message.content)
print(via_openai("two").choices[0].message.content)
