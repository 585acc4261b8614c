import os
import sys

import openai

if not os.environ.get("OPENAI_API_KEY"):
    print("Please set OPENAI_API_KEY")
    sys.exit(1)

print(openai.Completion.create(engine="text-davinci-003", prompt="Hi").choices[0].text)
