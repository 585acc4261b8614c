import openai
from concurrent.futures import ThreadPoolExecutor, as_completed


def summarize(chunk):
    completion = openai.ChatCompletion.create(
        model="gpt-3.5-turbo",
        messages=[{"role": "user", "content": "Summarize: " + chunk}],
        request_timeout=60,
    )
    return chunk, completion.choices[0].message.content


chunks = ["part %d" % i for i in range(5)]
with ThreadPoolExecutor(max_workers=3) as pool:
    futures = [pool.submit(summarize, c) for c in chunks]
    results = dict(f.result() for f in as_completed(futures))
    more = list(pool.map(lambda c: openai.Embedding.create(input=c, model="text-embedding-ada-002")["data"][0]["embedding"][0], chunks))

for chunk in chunks:
    print(chunk, "->", results[chunk])
print(more)
