import openai


def get_completion(prompt, model="gpt-3.5-turbo"):
    messages = [{"role": "user", "content": prompt}]
    response = openai.ChatCompletion.create(
        model=model,
        messages=messages,
        temperature=0, # this is the degree of randomness of the model's output
    )
    return response.choices[0].message["content"]


def raw(prompt):
    return openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": prompt}])


def extract(response):
    return response["choices"][0]["message"]["content"]


def tokens(response):
    u = response.usage
    return u["prompt_tokens"], u["completion_tokens"]


print(get_completion("x"))
r = raw("y")
print(extract(r), tokens(r))
print(extract(raw("z")))
