from dataclasses import asdict, dataclass

import openai


@dataclass
class Settings:
    model: str = "gpt-4"
    request_timeout: int = 20


print(openai.Completion.create(prompt="a", **asdict(Settings())).choices[0].text)
