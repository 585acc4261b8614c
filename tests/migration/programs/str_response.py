import json
import openai

response = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "as text"}])
parsed = json.loads(str(response))
print(parsed["choices"][0]["message"]["content"], parsed["usage"]["total_tokens"])
print(str(response["choices"][0]["message"]["content"]))
