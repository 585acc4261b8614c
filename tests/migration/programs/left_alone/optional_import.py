try:
    import openai
    from openai.error import OpenAIError
    HAS_OPENAI = True
except ImportError:
    HAS_OPENAI = False


def answer(q):
    if not HAS_OPENAI:
        return "(offline)"
    try:
        return openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]
    except OpenAIError:
        return "(failed)"


print(answer("q"), answer("fails-500"))
