from dotenv import load_dotenv
load_dotenv()

import openai

prompt = "Ping"
completion = openai.ChatCompletion.create(model="gpt-3.5-turbo",
                                          messages=[{"role": "user",
                                                     "content": prompt}])
message = completion.choices[0].message
print(message.role, message.content)
