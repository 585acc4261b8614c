import openai
import requests


class LoggingSession(requests.Session):
    def request(self, method, url, **kwargs):
        print(method, url.rsplit("/v1", 1)[-1])
        return super().request(method, url, **kwargs)


openai.requestssession = LoggingSession()
print(openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "log"}]).choices[0].message.content)
