import openai


def describe(model):
    try:
        response = openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": "m"}])
    except openai.error.OpenAIError as e:
        match e:
            case openai.error.RateLimitError():
                return "limit"
            case openai.error.InvalidRequestError(http_status=404):
                return "missing"
            case openai.error.InvalidRequestError():
                return "invalid"
            case _:
                return "error"
    match response["choices"][0]["finish_reason"]:
        case "stop":
            return response["choices"][0]["message"]["content"]
        case other:
            return other


print([describe(m) for m in ("gpt-4", "fails-429", "fails-404", "fails-400", "fails-500")])
