import openai as ai
import os

ai.api_key = os.environ.get('OPENAI_API_KEY')
ai.organization = "org-acme"


def ask(question, model='gpt-4', **extra):
    completion = ai.ChatCompletion.create(
        model=model,
        messages=[dict(role='user', content=question)],
        **extra
    )
    return completion.choices[0].message.content


for q in ('What is 2+2?', 'Is water wet?'):
    print(q, '->', ask(q, temperature=0))
