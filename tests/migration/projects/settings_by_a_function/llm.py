import openai
from settings import MODEL

def chat(messages, **options):
    response = openai.ChatCompletion.create(model=MODEL, messages=messages, **options)
    return response

def embed(texts):
    data = openai.Embedding.create(input=texts, model="text-embedding-ada-002")["data"]
    return [d["embedding"] for d in data]
