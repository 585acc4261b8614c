import openai
from openai.cli import FineTune as Cli

print(Cli.__name__)
print(openai.Completion.create(model="m", prompt="a").choices[0].text)
