import openai
print(openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": "Hello!"}])["choices"][0]["message"]["content"])
