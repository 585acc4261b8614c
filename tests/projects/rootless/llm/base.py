import time


class BaseLLM:
    def complete(self, prompt):
        for attempt in range(3):
            try:
                return self._complete(prompt)
            except Exception:  # expect: OAK401
                time.sleep(1)
        return None

    def _complete(self, prompt):
        raise NotImplementedError
