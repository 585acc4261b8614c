import json
SCHEMAS = [{"name": "add", "description": "Adds", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}}]

def run(call):
    try:
        arguments = json.loads(call["arguments"])
    except ValueError:
        arguments = {}
    return f"{call['name']}:{sorted(arguments)}"
