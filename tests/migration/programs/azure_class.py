import os
import openai


class AzureChat:
    deployment = "gpt4-deployment"

    def __init__(self):
        openai.api_type = "azure"
        openai.api_base = os.environ["AZURE_BASE"] + "/"
        openai.api_version = "2023-03-15-preview"
        openai.api_key = os.environ["AZURE_KEY"]

    def run(self, messages, stream=False):
        response = openai.ChatCompletion.create(
            engine=self.deployment, messages=messages, temperature=0, stream=stream)
        if not stream:
            return response['choices'][0]['message']['content']
        return ''.join(c['choices'][0]['delta'].get('content', '') for c in response if c['choices'])


chat = AzureChat()
print(chat.run([{"role": "user", "content": "plain"}]))
print(chat.run([{"role": "user", "content": "streamed"}], stream=True))
