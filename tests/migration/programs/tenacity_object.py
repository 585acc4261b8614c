import openai
from openai.error import APIError, RateLimitError, ServiceUnavailableError, Timeout
from tenacity import Retrying, before_sleep_log, retry, retry_if_exception, stop_after_attempt, wait_fixed


def should_retry(exc):
    if isinstance(exc, APIError):
        return exc.http_status >= 500
    return isinstance(exc, (RateLimitError, ServiceUnavailableError, Timeout))


class Gpt:
    @retry(retry=retry_if_exception(should_retry), stop=stop_after_attempt(3), wait=wait_fixed(1), reraise=True)
    def ask(self, model):
        print("trying", model)
        return openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": "again"}])


print(Gpt().ask("fails-once-500")["choices"][0]["message"]["content"])
for model in ("fails-503", "fails-403"):
    try:
        Gpt().ask(model)
    except openai.error.OpenAIError as e:
        print("finally", e.http_status)

for attempt in Retrying(stop=stop_after_attempt(2), wait=wait_fixed(1)):
    with attempt:
        print(openai.Completion.create(model="fails-once-429", prompt="block").choices[0].text.strip())
