import asyncio
import openai

PROMPTS = ["red", "green", "blue"]


async def ask(prompt):
    response = await openai.ChatCompletion.acreate(
        model="gpt-3.5-turbo",
        messages=[{"role": "user", "content": prompt}],
        temperature=0.2,
    )
    return response["choices"][0]["message"]["content"]


async def main():
    answers = await asyncio.gather(*[ask(p) for p in PROMPTS])
    for prompt, answer in zip(PROMPTS, answers):
        print(prompt, "=>", answer)


if __name__ == "__main__":
    asyncio.run(main())
