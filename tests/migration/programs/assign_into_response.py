import openai

response = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "Edit me"}])
message = response["choices"][0]["message"]
message["content"] = message["content"].upper()
message.name = "editor"
print(response["choices"][0]["message"]["content"])
follow_up = openai.ChatCompletion.create(model="gpt-4", messages=[message, {"role": "user", "content": "and?"}])
print(follow_up.choices[0].message.content)
