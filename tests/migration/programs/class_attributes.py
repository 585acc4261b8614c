import os

import openai as oai


class Settings:
    OPENAI_API_KEY = os.environ.get("TEAM_KEY")
    OPENAI_ORG = "org-settings"
    MODEL = "gpt-4"


oai.api_key, oai.organization = Settings.OPENAI_API_KEY, Settings.OPENAI_ORG


class Writer:
    options = dict(model=Settings.MODEL, temperature=1.0)

    @staticmethod
    def _first(response):
        return response.choices[0].message

    def write(self, topic):
        message = self._first(oai.ChatCompletion.create(messages=[{"role": "user", "content": topic}], **self.options))
        return message.content


print(Writer().write("a poem"))
