import openai


class Translator:
    def __init__(self, backend=openai.ChatCompletion, model="gpt-3.5-turbo"):
        self.backend = backend
        self.model = model

    def translate(self, text):
        response = self.backend.create(
            model=self.model,
            messages=[{"role": "system", "content": "Translate."}, {"role": "user", "content": text}],
        )
        return response["choices"][0]["message"]["content"]


print(Translator().translate("Hallo"))
