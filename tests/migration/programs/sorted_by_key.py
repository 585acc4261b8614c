"""Embeddings in the order of their inputs, by `operator.itemgetter` and by functions without a name."""

import os
from operator import itemgetter

import openai

openai.api_key = os.environ["OPENAI_API_KEY"]

response = openai.Embedding.create(model="text-embedding-ada-002", input=["a", "bb", "ccc"])
data = response["data"]
data.sort(key=lambda each: each["index"], reverse=True)
print([each["index"] for each in data])
print([each["embedding"][0] for each in sorted(response["data"], key=itemgetter("index"))])
print(max(response["data"], key=itemgetter("index"))["embedding"])
print(min(response.data, key=lambda each: each["index"]).index)
vectors = list(map(itemgetter("embedding"), openai.Embedding.create(input=["x"], model="text-embedding-ada-002")["data"]))
print(vectors)
first = lambda answer: answer["data"][0]
print(first(response)["object"])
