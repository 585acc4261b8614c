import json

from openai import OpenAI

response = OpenAI().embeddings.create(model="text-embedding-3-small", input=["a", "b"], encoding_format="float")
data = response.model_dump()
print(data["data"][0]["embedding"], data.get("usage"))
print(json.loads(response.model_dump_json())["data"][1]["index"])
