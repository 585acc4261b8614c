import asyncio
import os
import openai

openai.api_key = os.getenv('OPENAI_API_KEY')


class Conversation:
    def __init__(self, system='Be nice.'):
        self.messages = [{'role': 'system', 'content': system}]

    async def say(self, text):
        self.messages.append({'role': 'user', 'content': text})
        resp = await openai.ChatCompletion.acreate(model='gpt-3.5-turbo', messages=self.messages)
        msg = resp.choices[0].message
        self.messages.append(msg)
        return msg.content

    def last(self):
        return self.messages[-1]['content']


async def main():
    c = Conversation()
    print(await c.say('a'))
    print(await c.say('b'))
    print(c.last(), len(c.messages))


asyncio.run(main())
