import openai
from openai.error import InvalidRequestError, OpenAIError


def fallback(prompt):
    try:
        try:
            return openai.ChatCompletion.create(model="fails-400", messages=[{"role": "user", "content": prompt}])
        except InvalidRequestError as e:
            if "maximum context length" in str(e):
                print("too long, cutting")
                return openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": prompt[:4]}])
            raise
    except OpenAIError:
        return None


r = fallback("long prompt")
print(r["choices"][0]["message"]["content"] if r else "nothing")
