import openai


class Message(dict):
    @classmethod
    def user(cls, content):
        return cls(role="user", content=content)

    @classmethod
    def from_openai(cls, msg):
        return cls(role=msg["role"], content=msg["content"])


def chat(history):
    resp = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=history, user="u1")
    history.append(Message.from_openai(resp.choices[0]["message"]))
    return history[-1]["content"]


h = [Message.user("one")]
print(chat(h))
h += [Message.user("two")]
print(chat(h), len(h))
