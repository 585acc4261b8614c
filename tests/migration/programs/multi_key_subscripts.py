import openai

FIELDS = ("id", "object", "model")
response = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "by name"}])
for field in FIELDS:
    print(field, "=", response[field])
path = ["choices", 0, "message", "content"]
value = response
for step in path:
    value = value[step]
print(value)
print("choices" in response, "error" in response, sorted(response.keys()))
