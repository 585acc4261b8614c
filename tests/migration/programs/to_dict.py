import openai

completion = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": "dict"}])
as_dict = completion.to_dict_recursive()
print(type(as_dict).__name__, as_dict["choices"][0]["message"]["content"])
print(sorted(as_dict["usage"].items()))
shallow = completion.choices[0].message.to_dict()
shallow["name"] = "me"
print(sorted(shallow.items()))
