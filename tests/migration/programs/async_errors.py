import asyncio
import openai
from openai.error import InvalidRequestError, RateLimitError


async def robust(model, retries=3):
    for i in range(retries):
        try:
            res = await openai.Completion.acreate(engine=model, prompt="hello")
            return res["choices"][0]["text"].strip()
        except RateLimitError:
            print("waiting", i)
            await asyncio.sleep(2 ** i)
        except InvalidRequestError as e:
            return "invalid: %s" % e.http_status


async def main():
    print(await robust("fails-once-429"))
    print(await robust("fails-404"))
    try:
        await asyncio.wait_for(openai.Completion.acreate(engine="never-answers", prompt="x"), timeout=0.5)
    except asyncio.TimeoutError:
        print("gave up")


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
