def ask_gpt(prompt):
    import openai
    import os
    openai.api_key = os.environ["OPENAI_API_KEY"]
    response = openai.Completion.create(engine="text-davinci-003", prompt=prompt, max_tokens=20)
    return response["choices"][0]["text"]


def list_models():
    from openai import Model
    return sorted(model.id for model in Model.list().data)


if __name__ == '__main__':
    print(ask_gpt("Lazy imports").strip())
    print(list_models()[0])
