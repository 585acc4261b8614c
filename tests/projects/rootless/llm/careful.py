import time

import openai


class CarefulLLM:
    # fine: a wrong key ends it
    def complete(self, prompt):
        for attempt in range(3):
            try:
                return self._complete(prompt)
            except openai.AuthenticationError:
                raise
            except Exception:
                time.sleep(1)
        return None

    def _complete(self, prompt):
        raise NotImplementedError
