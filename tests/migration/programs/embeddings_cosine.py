import math
import openai


def get_embedding(text, model="text-embedding-ada-002"):
    text = text.replace("\n", " ")
    return openai.Embedding.create(input=[text], model=model)["data"][0]["embedding"]


def cosine_similarity(a, b):
    dot = sum(x * y for x, y in zip(a, b))
    return dot / (math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(y * y for y in b)))


documents = ["The cat sat on the mat", "Dogs bark", "aeiou aeiou aeiou"]
vectors = [get_embedding(doc) for doc in documents]
query = get_embedding("a cat")
ranked = sorted(zip(documents, vectors), key=lambda pair: cosine_similarity(query, pair[1]), reverse=True)
for doc, vec in ranked:
    print(f"{cosine_similarity(query, vec):.4f} {doc}")
