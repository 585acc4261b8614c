import openai
def ask(q):
    return openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]
class Fake:
    @staticmethod
    def create(**kw):
        return {"choices": [{"message": {"content": "cls"}}]}
real = openai.ChatCompletion
openai.ChatCompletion = Fake
print(ask(""))
openai.ChatCompletion = real
