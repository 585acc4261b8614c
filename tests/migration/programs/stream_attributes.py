import sys

import openai

for event in openai.ChatCompletion.create(
    model='gpt-4',
    messages=[{'role': 'user', 'content': "What's 1+1? Answer in one word."}],
    temperature=0,
    stream=True  # this time, we set stream=True
):
    choice = event.choices[0]
    if choice.finish_reason is not None:
        sys.stdout.write(f"\n<{choice.finish_reason}>\n")
        break
    if hasattr(choice.delta, 'content'):
        sys.stdout.write(choice.delta.content)
