import openai

openai.debug = False
openai.log = None
openai.verify_ssl_certs = True
openai.api_key_path = "key.txt"

print(openai.Completion.create(model="text-davinci-003", prompt="settings").choices[0].text.strip())
