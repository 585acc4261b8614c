import time


class QuietLLM:
    # fine: what the script beside the package makes of it lets no error out
    def complete(self, prompt):
        for attempt in range(3):
            try:
                return self._complete(prompt)
            except Exception:
                time.sleep(1)
        return None

    def _complete(self, prompt):
        raise NotImplementedError
