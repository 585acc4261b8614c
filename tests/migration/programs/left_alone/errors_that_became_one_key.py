import openai

KINDS = {openai.error.APIError: "api", openai.error.ServiceUnavailableError: "busy"}
OTHERS = {openai.error.RateLimitError: 1, openai.error.InvalidRequestError: 2}

try:
    print(openai.Completion.create(model="fails-500", prompt="a"))
except openai.error.OpenAIError as e:
    print(KINDS.get(type(e)), OTHERS.get(type(e)))
