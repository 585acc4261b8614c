import openai


class LoggedChat(openai.ChatCompletion):
    calls = 0

    @classmethod
    def create(cls, *args, **kwargs):
        cls.calls += 1
        return super().create(*args, **kwargs)


LoggedChat.create(model="gpt-4", messages=[{"role": "user", "content": "count me"}])
print(LoggedChat.calls)
