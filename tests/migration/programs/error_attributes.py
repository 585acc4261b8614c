import openai


def show(model):
    try:
        openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": "x"}])
    except openai.error.OpenAIError as e:
        print(e.http_status, e.user_message)
        print(e.json_body["error"]["type"], e.json_body["error"]["message"])
        print(e.error.message, e.error["type"], e.error.param)
        if e.headers:
            print(e.headers["Content-Type"])


show("fails-400")
show("fails-429")
show("fails-403")
