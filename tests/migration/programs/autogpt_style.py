"""Like the llm_utils of the agents of spring 2023."""
import time
from typing import List, Optional

import openai
from openai.error import APIError, RateLimitError


class Config:
    fast_llm_model = "gpt-3.5-turbo"
    use_azure = False
    temperature = 0.0
    debug_mode = True

    def __init__(self):
        self.openai_api_key = "key-for-tests"
        openai.api_key = self.openai_api_key


CFG = Config()


def create_chat_completion(
    messages: List[dict],
    model: Optional[str] = None,
    temperature: float = CFG.temperature,
    max_tokens: Optional[int] = None,
) -> str:
    response = None
    num_retries = 5
    for attempt in range(num_retries):
        backoff = 2 ** (attempt + 2)
        try:
            response = openai.ChatCompletion.create(
                model=model or CFG.fast_llm_model,
                messages=messages,
                temperature=temperature,
                max_tokens=max_tokens,
            )
            break
        except RateLimitError:
            if CFG.debug_mode:
                print("Error: ", "Reached rate limit, passing...")
        except APIError as e:
            if e.http_status == 502:
                pass
            elif e.http_status == 500:
                print("server error")
            else:
                raise
            if attempt == num_retries - 1:
                raise
        if CFG.debug_mode:
            print("Error: ", f"API Bad gateway. Waiting {backoff} seconds...")
        time.sleep(backoff)
    if response is None:
        raise RuntimeError(f"Failed to get response after {num_retries} retries")
    return response.choices[0].message["content"]


print(create_chat_completion([{"role": "user", "content": "plan"}], max_tokens=20))
print(create_chat_completion([{"role": "user", "content": "plan"}], model="fails-once-429", max_tokens=5))
print(create_chat_completion([{"role": "user", "content": "plan"}], model="fails-twice-500", max_tokens=5))
