import openai

PRICES = {"gpt-4": (0.03, 0.06), "gpt-3.5-turbo": (0.0015, 0.002)}


class Budget:
    def __init__(self):
        self.spent = 0.0

    def add(self, response):
        prompt_price, completion_price = PRICES[response["model"]]
        usage = response["usage"]
        self.spent += (usage["prompt_tokens"] * prompt_price + usage["completion_tokens"] * completion_price) / 1000
        return response


budget = Budget()
for model in PRICES:
    resp = budget.add(openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": "how much?"}]))
    print(model, resp["choices"][0]["message"]["content"])
print(round(budget.spent, 6))
