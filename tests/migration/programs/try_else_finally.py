import openai

stats = {"ok": 0, "failed": 0, "total": 0}
for model in ("gpt-4", "fails-429", "fails-500", "gpt-4"):
    try:
        completion = openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": "count"}])
    except (openai.error.RateLimitError, openai.error.APIError) as exc:
        stats["failed"] += 1
        last = exc
    else:
        stats["ok"] += 1
        text = completion["choices"][0]["message"]["content"]
    finally:
        stats["total"] += 1
print(stats, text, last.http_status)
