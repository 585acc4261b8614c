import os

import openai


class Summarizer(object):
    """Summarizes text with GPT"""

    def __init__(self, api_key=None, model="gpt-3.5-turbo", base=None):
        self.model = model
        openai.api_key = api_key
        if base:
            openai.api_base = base

    def summarize(self, text):
        prompt = f"Summarize:\n\n{text}"
        self.last = openai.ChatCompletion.create(model=self.model, messages=[{"role": "user", "content": prompt}])
        return self.last["choices"][0]["message"]["content"]

    def cost(self):
        return self.last["usage"]["total_tokens"] * 0.002 / 1000


s = Summarizer(api_key=os.environ["TEAM_KEY"], base=os.environ["API_BASE"])
print(s.summarize("Lorem ipsum dolor sit amet."))
print("%.6f" % s.cost())
