from dataclasses import dataclass, field
from typing import List

import openai


@dataclass
class Answer:
    text: str
    tokens: int
    reason: str = "stop"

    @classmethod
    def from_response(cls, response):
        choice = response["choices"][0]
        return cls(choice["message"]["content"], response["usage"]["total_tokens"], choice["finish_reason"])


@dataclass
class Client:
    model: str = "gpt-3.5-turbo"
    answers: List[Answer] = field(default_factory=list)

    def ask(self, q: str) -> Answer:
        resp = openai.ChatCompletion.create(model=self.model, messages=[{"role": "user", "content": q}])
        answer = Answer.from_response(resp)
        self.answers.append(answer)
        return answer


c = Client()
c.ask("a")
c.ask("b c")
print(c.answers)
