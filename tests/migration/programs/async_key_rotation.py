import asyncio, os, openai


class Bot:
    def __init__(self):
        self.keys = [os.environ["OPENAI_API_KEY"], os.environ["TEAM_KEY"]]
        self.n = 0
        self.set_key()

    def set_key(self):
        openai.api_key = self.keys[self.n % 2]

    def rotate(self):
        self.n += 1
        self.set_key()

    async def ask(self, t):
        r = await openai.ChatCompletion.acreate(model="gpt-3.5-turbo", messages=[{"role": "user", "content": t}])
        return r["choices"][0]["message"]["content"]


async def main():
    b = Bot()
    print(await b.ask("a"))
    b.rotate()
    print(await b.ask("b"))

asyncio.run(main())
