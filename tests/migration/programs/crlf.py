import openai

# saved on Windows
response = openai.Completion.create(
    engine="text-davinci-003",
    prompt="CRLF",
)
print(response["choices"][0]["text"].strip())
