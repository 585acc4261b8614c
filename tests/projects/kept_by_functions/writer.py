from clients import get_client


def draft(articles):
    return get_client().responses.create(model="gpt-5-mini", input="\n".join(articles)).output_text
