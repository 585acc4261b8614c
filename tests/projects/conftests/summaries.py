class Summaries:
    def __init__(self, client):
        self.client = client

    def of(self, text):
        return self.client.responses.create(model="gpt-4.1-mini", input=f"Summarize:\n{text}").output_text

    def surely_of(self, text):
        answer = self.of(text)
        if not answer:
            raise NoSummary(text)
        return answer


class NoSummary(RuntimeError):
    pass
