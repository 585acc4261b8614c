import openai

response = openai.Edit.create(
    model="text-davinci-edit-001",
    input="What day of the wek is it?",
    instruction="Fix the spelling mistakes",
)
print(response["choices"][0]["text"])
print(openai.Completion.create(model="text-davinci-003", prompt="and this").choices[0].text.strip())
