# In 0.x the classes were siblings, so the order of clauses did not matter.
import openai
import openai.error as oe

for m in ["fails-429", "fails-400", "fails-500", "fails-403", "fails-409", "gpt-4"]:
    try:
        openai.Embedding.create(input="text", model=m)
        print("fine")
    except oe.APIError:
        print(m, "api error")
    except oe.APIConnectionError:
        print(m, "connection")
    except (oe.RateLimitError, oe.Timeout):
        print(m, "rate limit or timeout")
    except oe.InvalidRequestError:
        print(m, "invalid")
    except oe.OpenAIError:
        print(m, "other")
    if m == "fails-403":
        break
