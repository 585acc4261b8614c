from base import Base

class Pirate(Base):
    model = "gpt-4"

    def say(self, text):
        self.history.append({"role": "user", "content": text})
        response = self._request(self.history)
        message = response["choices"][0]["message"]
        self.history.append(message)
        return message["content"]

p = Pirate()
print(p.say("Ahoy"))
print(p.say("Arr"))
print(len(p.history), p.history[1]["role"])
