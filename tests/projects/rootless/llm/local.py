import time


class LocalLLM:
    # fine: nobody makes a request of it
    def complete(self, prompt):
        for attempt in range(3):
            try:
                return self._complete(prompt)
            except Exception:
                time.sleep(1)
        return None

    def _complete(self, prompt):
        raise NotImplementedError
