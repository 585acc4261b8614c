import os
from typing import List, NamedTuple

import openai

openai.api_key = os.getenv("OPENAI_API_KEY")

EMBEDDING_MODEL = "text-embedding-ada-002"
COMPLETIONS_API_PARAMS = {
    # We use temperature of 0.0 because it gives the most predictable, factual answer.
    "temperature": 0.0,
    "max_tokens": 300,
    "model": "text-davinci-003",
}


class Section(NamedTuple):
    title: str
    text: str


def get_embedding(text: str, model: str = EMBEDDING_MODEL) -> List[float]:
    result = openai.Embedding.create(
        model=model,
        input=text
    )
    return result["data"][0]["embedding"]


def vector_similarity(x, y):
    return sum(i * j for i, j in zip(x, y))


def order_sections(query, contexts):
    query_embedding = get_embedding(query)
    return sorted([
        (vector_similarity(query_embedding, emb), title) for title, emb in contexts.items()
    ], reverse=True)


def answer(query, sections):
    contexts = {s.title: get_embedding(s.text) for s in sections}
    best = order_sections(query, contexts)[0][1]
    chosen = next(s for s in sections if s.title == best)
    prompt = f"Context:\n* {chosen.text}\n\n Q: {query}\n A:"
    response = openai.Completion.create(prompt=prompt, **COMPLETIONS_API_PARAMS)
    return response["choices"][0]["text"].strip(" \n")


print(answer("who jumps?", [Section("fox", "the quick brown fox jumps"), Section("dog", "lazy")]))
