import openai

# None is sent as null
r = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "null"}], max_tokens=None, stop=None)
print(r.choices[0].message.content)
