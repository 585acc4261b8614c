import os


class Summaries:
    def __init__(self, client):
        self.client = client
        self.language = os.environ.get("SUMMARIES_LANGUAGE", "English")

    def task(self):
        return f"Summarize in {self.language}:"

    def of(self, text):
        return self.client.responses.create(model="gpt-4.1-mini", input=f"{self.task()}\n{text}").output_text

    def surely_of(self, text):
        answer = self.of(text)
        if not answer:
            raise NoSummary(text)
        return answer


class NoSummary(RuntimeError):
    pass
