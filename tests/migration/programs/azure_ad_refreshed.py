import os, time
import openai

openai.api_type = "azure_ad"
openai.api_base = os.environ["AZURE_BASE"]
openai.api_version = "2023-05-15"


class Credential:
    def get_token(self, scope):
        class T:
            token = os.environ["AZURE_KEY"]
            expires_on = time.time() + 3600
        return T()


credential = Credential()
token = None


def refresh_token():
    global token
    if token is None or token.expires_on < time.time() + 60:
        token = credential.get_token("https://cognitiveservices.azure.com/.default")
        openai.api_key = token.token


def ask(text):
    refresh_token()
    return openai.ChatCompletion.create(engine="gpt-35", messages=[{"role": "user", "content": text}])["choices"][0]["message"]["content"]


print(ask("hi"))
