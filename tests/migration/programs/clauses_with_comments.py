import openai


def ask(model):
    try:
        return openai.Completion.create(model=model, prompt="a").choices[0].text
    except openai.error.APIError as e:  # type: ignore
        return f"API: {e.http_status}"
    except openai.error.ServiceUnavailableError as e:  # type: ignore
        return f"away: {e.http_status}"


print(ask("m"), ask("fails-500"), ask("fails-503"))
