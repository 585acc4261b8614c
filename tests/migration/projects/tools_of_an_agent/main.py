import os
import openai
import tools

openai.api_key = os.environ["TEAM_KEY"]
openai.api_base = os.environ["API_BASE"]
messages = [{"role": "user", "content": "call add"}]
reply = openai.ChatCompletion.create(model="gpt-4-0613", messages=messages, functions=tools.SCHEMAS, function_call="auto")
message = reply["choices"][0]["message"]
if message.get("function_call"):
    result = tools.run(message["function_call"])
    messages.append(message)
    messages.append({"role": "function", "name": message["function_call"]["name"], "content": result})
    reply = openai.ChatCompletion.create(model="gpt-4-0613", messages=messages)
    print(result)
print(reply["choices"][0]["message"]["content"])
