import json
from dataclasses import asdict, dataclass
from typing import Optional

import openai


@dataclass
class Person:
    name: str
    age: int


SCHEMA = {
    "name": "save_person",
    "parameters": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name", "age"],
    },
}


def extract(text: str) -> Optional[Person]:
    completion = openai.ChatCompletion.create(
        model="gpt-3.5-turbo-0613",
        messages=[{"role": "user", "content": text}],
        functions=[SCHEMA],
        function_call={"name": "save_person"},
    )
    message = completion.choices[0].message
    if not message.get("function_call"):
        return None
    return Person(**json.loads(message["function_call"]["arguments"]))


person = extract("Ann is 3")
print(asdict(person))
print(extract("Ann is 3") == person)
