from openai import AzureOpenAI, OpenAI


class Model:
    def __init__(self, azure=False):
        self.client = AzureOpenAI() if azure else OpenAI()
