import openai

text = ''
for data in openai.Completion.create(model='text-davinci-003', prompt='Say this is a test',
                                     max_tokens=7, temperature=0, stream=True):
    text += data.choices[0].text
    if data['choices'][0]['finish_reason']:
        print('finished because of', data['choices'][0]['finish_reason'])
print(repr(text))
