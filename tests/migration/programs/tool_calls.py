import json
import openai

tools = [{"type": "function", "function": {"name": "lookup", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}]
messages = [{"role": "user", "content": "How is it in Paris?"}]
response = openai.ChatCompletion.create(model="gpt-4-1106-preview", messages=messages, tools=tools, tool_choice="auto")
message = response["choices"][0]["message"]
if message.get("tool_calls"):
    messages.append(message)
    for call in message["tool_calls"]:
        args = json.loads(call["function"]["arguments"])
        print(call["id"], call["function"]["name"], args)
        messages.append({"role": "tool", "tool_call_id": call["id"], "content": f"sunny in {args['city']}"})
    final = openai.ChatCompletion.create(model="gpt-4-1106-preview", messages=messages)
    print(final.choices[0].message.content)
