import openai


def ask(model):
    try:
        completion = openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": "hi"}])
        return completion.choices[0].message["content"]
    except openai.error.APIError as e:
        # Handle API error here, e.g. retry or log
        return "OpenAI API returned an API Error"
    except openai.error.APIConnectionError as e:
        return "Failed to connect to OpenAI API"
    except openai.error.RateLimitError as e:
        return f"OpenAI API request exceeded rate limit: {e.http_status}"
    except openai.error.InvalidRequestError as e:
        return f"Invalid request: {e.user_message} ({e.code})"
    except openai.error.AuthenticationError:
        return "Check your key"
    except openai.error.ServiceUnavailableError:
        return "Overloaded"


for model in ["gpt-4", "fails-429", "fails-500", "fails-503", "fails-400", "fails-404"]:
    print(model, "->", ask(model))

openai.api_key = "key-that-is-wrong"
print(ask("gpt-4"))
