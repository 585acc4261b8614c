import openai
from openai import Embedding

texts = ["alpha", "beta gamma", "delta"]
res = Embedding.create(model="text-embedding-ada-002", input=texts)
embeddings = [record["embedding"] for record in res["data"]]
by_index = {d.index: d.embedding for d in res.data}
assert embeddings == [by_index[i] for i in range(len(texts))]
print(len(res["data"]), len(res["data"][0]["embedding"]), res["usage"]["prompt_tokens"], res.model)
for e in sorted(res["data"], key=lambda x: x["index"]):
    print(e["index"], e["embedding"])
