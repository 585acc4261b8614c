import json
import os
from heapq import nlargest

import openai

CACHE = "embeddings.json"
MODEL = "text-embedding-ada-002"


class Index:
    def __init__(self):
        self.cache = json.load(open(CACHE)) if os.path.isfile(CACHE) else {}

    def embed_many(self, texts):
        missing = [t for t in texts if t not in self.cache]
        if missing:
            result = openai.Embedding.create(input=missing, engine=MODEL)
            for text, row in zip(missing, result["data"]):
                self.cache[text] = row["embedding"]
            with open(CACHE, "w") as f:
                json.dump(self.cache, f)
        return [self.cache[t] for t in texts]

    def search(self, query, texts, n=2):
        q, *vectors = self.embed_many([query] + texts)
        score = lambda v: sum(a * b for a, b in zip(q, v))
        return nlargest(n, zip(map(score, vectors), texts))


index = Index()
texts = ["i am a cat", "dog", "bee bee"]
print(index.search("a cat", texts))
print(Index().search("a cat", texts, n=1))
