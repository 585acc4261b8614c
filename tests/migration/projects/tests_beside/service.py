import openai

def title(text):
    response = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": text}])
    return response["choices"][0]["message"]["content"].title()
