import sys
import openai


class Printer:
    def __init__(self, out=sys.stdout):
        self.out = out
        self.text = ""

    def on_chunk(self, chunk):
        for choice in chunk["choices"]:
            token = choice["delta"].get("content")
            if token is None:
                continue
            self.text += token
            self.out.write(token)

    def run(self, **kwargs):
        kwargs.setdefault("stream", True)
        for chunk in openai.ChatCompletion.create(**kwargs):
            self.on_chunk(chunk)
        self.out.write("\n")
        return {"role": "assistant", "content": self.text}


messages = [{"role": "user", "content": "typewriter"}]
messages.append(Printer().run(model="gpt-3.5-turbo", messages=messages))
messages.append({"role": "user", "content": "go on"})
messages.append(Printer().run(model="gpt-4", messages=messages))
print(len(messages))
