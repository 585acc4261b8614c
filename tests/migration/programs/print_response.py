import openai

print(openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": "print it"}]))
c = openai.Completion.create(model="text-davinci-003", prompt="and this")
print(c)
