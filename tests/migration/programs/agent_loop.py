import json
import openai

TOOLS = {"multiply": lambda a, b: a * b}
SCHEMAS = [{"name": "multiply", "parameters": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "integer"}}}}]


class Agent:
    def __init__(self):
        self.messages = []

    def step(self):
        response = openai.ChatCompletion.create(
            model="gpt-4-0613", messages=self.messages, functions=SCHEMAS, function_call="auto"
        )
        message = response.choices[0].message
        self.messages.append(message)
        return message

    def run(self, task, max_steps=5):
        self.messages.append({"role": "user", "content": task})
        for _ in range(max_steps):
            message = self.step()
            if "function_call" not in message:
                return message.content
            name = message.function_call.name
            args = json.loads(message.function_call.arguments)
            result = TOOLS[name](**args)
            print("calling", name, args, "=", result)
            self.messages.append({"role": "function", "name": name, "content": str(result)})


agent = Agent()
print(agent.run("2.5 times 3"))
print([m["role"] for m in agent.messages])
