import openai

resp = openai.Completion.create(model="text-davinci-003", prompt=["a", "b"], n=2, max_tokens=5)
texts = [c["text"].strip() for c in resp["choices"]]
lengths = {c.index: len(c.text) for c in resp.choices}
reasons = set(choice["finish_reason"] for choice in resp["choices"])
print(texts, lengths, reasons)
print(max(resp["choices"], key=lambda c: len(c["text"]))["index"])
print(any("b" in c["text"] for c in resp.choices), list(map(lambda c: c.text.strip(), resp.choices))[-1])
vectors = dict(zip("xy", [e["embedding"] for e in openai.Embedding.create(input=["x", "yy"], engine="text-embedding-ada-002")["data"]]))
print(vectors)
