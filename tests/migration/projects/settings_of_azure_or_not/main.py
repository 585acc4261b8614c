import openai
import config
print(openai.ChatCompletion.create(engine="gpt", messages=[{"role": "user", "content": "hi"}]).choices[0].message.content)
