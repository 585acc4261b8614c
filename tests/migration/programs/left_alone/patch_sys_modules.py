import sys
from unittest.mock import MagicMock, patch


def ask(text):
    import openai

    return openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": text}])["choices"][0]["message"]["content"]


fake = MagicMock()
fake.ChatCompletion.create.return_value = {"choices": [{"message": {"content": "hi"}}]}
with patch.dict(sys.modules, {"openai": fake}):
    print(ask("x"))
