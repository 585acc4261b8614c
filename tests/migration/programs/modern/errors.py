import openai

client = openai.OpenAI(max_retries=0)
for model in ("fails-429", "fails-404", "fails-500"):
    try:
        client.completions.create(model=model, prompt="x")
    except openai.RateLimitError as e:
        print("limit", e.status_code)
    except openai.NotFoundError as e:
        print("missing", e.code)
    except openai.APIError as e:
        print("api", e.type)
