import time
import openai
from openai.error import RateLimitError, APIError, ServiceUnavailableError


def complete(prompt, model, tries=4):
    delay = 1
    for attempt in range(tries):
        try:
            r = openai.Completion.create(model=model, prompt=prompt)
            return r.choices[0].text
        except (RateLimitError, ServiceUnavailableError) as err:
            print(f"attempt {attempt + 1}: {type(err).__name__ == 'RateLimitError'}")
            time.sleep(delay)
            delay *= 2
        except APIError:
            print("server trouble, giving up")
            raise SystemExit(3)
    return None


print(complete("a", "fails-once-429"))
print(complete("b", "text-davinci-003"))
print(complete("c", "fails-429", tries=2))
complete("d", "fails-500")
