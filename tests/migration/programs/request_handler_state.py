"""One key for each request, like a Flask view does with a header."""
import json

import openai


class App:
    def __init__(self):
        self.routes = {}

    def route(self, path):
        def register(func):
            self.routes[path] = func
            return func
        return register

    def request(self, path, headers, body):
        return self.routes[path](headers, json.loads(body))


app = App()


@app.route("/chat")
def chat(headers, body):
    openai.api_key = headers.get("X-Api-Key")
    try:
        response = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=body["messages"])
        return 200, json.dumps({"answer": response["choices"][0]["message"]["content"]})
    except openai.error.AuthenticationError:
        return 401, "invalid key"
    except Exception as e:
        return 500, "error"


@app.route("/stream")
def stream(headers, body):
    openai.api_key = headers["X-Api-Key"]

    def events():
        for chunk in openai.ChatCompletion.create(model="gpt-4", messages=body["messages"], stream=True):
            text = chunk["choices"][0].get("delta", {}).get("content", "")
            if text:
                yield "data: %s\n" % text
    return 200, "".join(events())


body = json.dumps({"messages": [{"role": "user", "content": "web"}]})
print(app.request("/chat", {"X-Api-Key": "key-for-bob"}, body))
print(app.request("/chat", {"X-Api-Key": "nobody"}, body))
print(app.request("/stream", {"X-Api-Key": "key-for-alice"}, body))
