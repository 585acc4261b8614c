PRICES = {"gpt-4": (0.03, 0.06), "gpt-3.5-turbo": (0.0015, 0.002)}

class Tracker:
    def __init__(self):
        self.total = 0

    def add(self, response):
        usage = response["usage"]
        a, b = PRICES[response["model"]]
        self.total += usage["prompt_tokens"] * a + usage["completion_tokens"] * b
