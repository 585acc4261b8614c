import openai

PRICE = {"prompt_tokens": 0.03, "completion_tokens": 0.06}

r = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "price"}])
cost = sum(r["usage"][kind] * price / 1000 for kind, price in PRICE.items())
print(f"${cost:.5f}")
for name in ("prompt_tokens", "completion_tokens", "total_tokens"):
    print(name.ljust(20), r.usage[name], getattr(r.usage, name))
