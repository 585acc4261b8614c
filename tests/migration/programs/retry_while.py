import time
import openai


def get_response(model):
    response = None
    while response is None:
        try:
            response = openai.ChatCompletion.create(
                model=model,
                messages=[{"role": "user", "content": "while"}],
            )
        except openai.error.RateLimitError as e:
            retry_time = int(e.headers.get("Retry-After", 20)) if e.headers else 20
            print(f"Rate limit exceeded. Retrying in {retry_time} seconds...")
            time.sleep(retry_time)
        except (openai.error.ServiceUnavailableError, openai.error.APIError, openai.error.APIConnectionError):
            print("Server problem. Retrying in 10 seconds...")
            time.sleep(10)
    return response


for m in ("fails-once-429", "fails-twice-503", "fails-once-500"):
    print(get_response(m)["choices"][0]["message"]["content"])
