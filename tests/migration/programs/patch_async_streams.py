import asyncio, unittest
from unittest.mock import patch, AsyncMock, MagicMock
import openai
async def stream(q):
    out = []
    async for chunk in await openai.ChatCompletion.acreate(model="m", messages=[{"role": "user", "content": q}], stream=True):
        out.append(chunk["choices"][0]["delta"].get("content", ""))
    return "".join(out)
async def fake(**kwargs):
    async def gen():
        for w in ["a", "b"]:
            yield {"choices": [{"delta": {"content": w}}]}
    return gen()
class T(unittest.IsolatedAsyncioTestCase):
    async def test_f(self):
        with patch("openai.ChatCompletion.acreate", side_effect=fake):
            self.assertEqual(await stream("q"), "ab")
    async def test_aiter(self):
        with patch("openai.ChatCompletion.acreate", new_callable=AsyncMock) as m:
            m.return_value.__aiter__.return_value = [{"choices": [{"delta": {"content": "z"}}]}]
            self.assertEqual(await stream("q"), "z")
    async def test_assign(self):
        saved = openai.ChatCompletion.acreate
        openai.ChatCompletion.acreate = AsyncMock(side_effect=fake)
        try:
            self.assertEqual(await stream("q"), "ab")
            openai.ChatCompletion.acreate.assert_awaited_once()
        finally:
            openai.ChatCompletion.acreate = saved
if __name__ == "__main__":
    unittest.main(verbosity=0)
