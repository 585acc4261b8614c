import asyncio, os, openai


class Bot:
    def __init__(self, key, org=None):
        openai.api_key = key
        openai.organization = org

    def change(self, key, org):
        openai.api_key = key
        openai.organization = org

    async def ask(self, t):
        r = await openai.ChatCompletion.acreate(model="gpt-3.5-turbo", messages=[{"role": "user", "content": t}])
        return r["choices"][0]["message"]["content"]


async def main():
    b = Bot(os.environ["OPENAI_API_KEY"])
    print(await b.ask("a"))
    b.change(os.environ["TEAM_KEY"], "org-b")
    print(await b.ask("b"))

asyncio.run(main())
