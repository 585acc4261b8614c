import openai
try:
    from openai.types.chat import *
except ImportError:
    pass

print(openai.Completion.create(model="m", prompt="a").choices[0].text)
