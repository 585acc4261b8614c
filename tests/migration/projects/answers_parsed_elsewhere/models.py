from dataclasses import dataclass

@dataclass
class Reply:
    text: str
    tokens: int
    finish: str

    @classmethod
    def parse(cls, raw):
        choice = raw.choices[0]
        return cls(choice.message.content, raw.usage.total_tokens, choice.finish_reason)
