import openai

try:
    openai.Completion.create(engine="text-davinci-003", prompt="never-answers", request_timeout=(2, 0.5))
except openai.error.Timeout as e:
    print("timeout")
except openai.error.OpenAIError as e:
    print("something else")
try:
    print(openai.Completion.create(engine="text-davinci-003", prompt="quick", timeout=30, request_timeout=30).choices[0].text)
except (openai.error.Timeout, openai.error.TryAgain):
    print("never printed")
