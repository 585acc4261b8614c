import json
import openai

functions = [{
    "name": "add",
    "parameters": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
}]

func_call = {"name": None, "arguments": ""}
res = openai.ChatCompletion.create(
    model="gpt-3.5-turbo-0613",
    messages=[{"role": "user", "content": "add 3 and 3"}],
    functions=functions,
    stream=True,
)
for chunk in res:
    delta = chunk.choices[0].delta
    if "function_call" in delta:
        if "name" in delta.function_call:
            func_call["name"] = delta.function_call["name"]
        if "arguments" in delta.function_call:
            func_call["arguments"] += delta.function_call["arguments"]
    if chunk.choices[0].finish_reason == "function_call":
        args = json.loads(func_call["arguments"])
        print(func_call["name"], args["a"] + args["b"])
    if not delta.get("content", None):
        continue
    print(delta["content"])
