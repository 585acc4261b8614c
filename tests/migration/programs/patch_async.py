import asyncio
import unittest
from unittest.mock import AsyncMock, patch

import openai


async def ask(question):
    answer = await openai.ChatCompletion.acreate(model="gpt-4", messages=[{"role": "user", "content": question}])
    return answer["choices"][0]["message"]["content"]


async def ask_streamed(question):
    stream = await openai.ChatCompletion.acreate(
        model="gpt-4", messages=[{"role": "user", "content": question}], stream=True
    )
    text = ""
    async for chunk in stream:
        text += chunk["choices"][0]["delta"].get("content", "")
    return text


async def vector(text):
    return (await openai.Embedding.acreate(model="ada", input=text))["data"][0]["embedding"]


async def fake_acreate(**kwargs):
    await asyncio.sleep(0)
    return {"choices": [{"message": {"content": kwargs["messages"][0]["content"].upper()}}]}


async def chunks(*args, **kwargs):
    for word in ("one ", "two"):
        yield {"choices": [{"delta": {"content": word}}]}
    yield {"choices": [{"delta": {}}]}


class AskTest(unittest.IsolatedAsyncioTestCase):
    @patch("openai.ChatCompletion.acreate")
    async def test_patched(self, acreate):
        acreate.return_value = {"choices": [{"message": {"content": "yes"}}]}
        self.assertEqual(await ask("?"), "yes")
        acreate.assert_awaited_once()

    @patch("openai.ChatCompletion.acreate", new_callable=AsyncMock)
    async def test_async_mock(self, acreate):
        acreate.return_value = {"choices": [{"message": {"content": "no"}}]}
        self.assertEqual(await ask("?"), "no")

    async def test_fake(self):
        with patch("openai.ChatCompletion.acreate", new=fake_acreate):
            self.assertEqual(await ask("loud"), "LOUD")

    async def test_side_effect(self):
        with patch("openai.ChatCompletion.acreate", side_effect=fake_acreate):
            self.assertEqual(await ask("aloud"), "ALOUD")

    @patch("openai.Embedding.acreate")
    async def test_vector(self, acreate):
        acreate.return_value = {"data": [{"embedding": [1.0, 2.0]}]}
        self.assertEqual(await vector("x"), [1.0, 2.0])

    async def test_stream(self):
        with patch("openai.ChatCompletion.acreate", new=AsyncMock(return_value=chunks())):
            self.assertEqual(await ask_streamed("?"), "one two")


if __name__ == "__main__":
    unittest.main(verbosity=0)
