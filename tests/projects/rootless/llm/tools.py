import time


class Tool:
    # fine: the script has a class of its own by this name, and inherits from that
    def run(self, prompt):
        for attempt in range(3):
            try:
                return self._run(prompt)
            except Exception:
                time.sleep(1)
        return None

    def _run(self, prompt):
        raise NotImplementedError
