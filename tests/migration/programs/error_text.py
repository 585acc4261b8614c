import openai


def explain(model):
    try:
        openai.Completion.create(model=model, prompt="x")
    except openai.error.OpenAIError as e:
        message = str(e)
        if "Rate limit" in message:
            return "limited"
        if "maximum context" in str(e.user_message):
            return "too long"
        return "context_length_exceeded" == e.code, type(e).__name__[:3]


print(explain("fails-429"))
print(explain("fails-400"))
