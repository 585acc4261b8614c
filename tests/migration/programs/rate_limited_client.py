import time
from collections import deque
from threading import Lock

import openai


class RateLimitedClient:
    def __init__(self, api_key, per_minute=60):
        self.api_key = api_key
        self.calls = deque()
        self.lock = Lock()
        self.per_minute = per_minute

    def _wait(self):
        with self.lock:
            now = time.time()
            while self.calls and now - self.calls[0] > 60:
                self.calls.popleft()
            if len(self.calls) >= self.per_minute:
                time.sleep(60 - (now - self.calls[0]))
            self.calls.append(now)

    def chat(self, messages, **kwargs):
        self._wait()
        kwargs.setdefault("model", "gpt-3.5-turbo")
        return openai.ChatCompletion.create(messages=messages, api_key=self.api_key, **kwargs)["choices"][0]["message"]

    def embed(self, *texts):
        self._wait()
        data = openai.Embedding.create(input=list(texts), model="text-embedding-ada-002", api_key=self.api_key)["data"]
        return [row["embedding"] for row in sorted(data, key=lambda row: row["index"])]


client = RateLimitedClient("key-for-alice")
print(client.chat([{"role": "user", "content": "limited"}])["content"])
print(client.chat([{"role": "user", "content": "more"}], model="gpt-4", temperature=0).content)
print(client.embed("a", "ee"))
