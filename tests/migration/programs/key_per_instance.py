import openai


class Assistant:
    def __init__(self, api_key, organization=None):
        self.api_key = api_key
        self.organization = organization

    def complete(self, prompt):
        return openai.Completion.create(
            engine="text-davinci-003",
            prompt=prompt,
            api_key=self.api_key,
            organization=self.organization,
        )

    def embed(self, text):
        r = openai.Embedding.create(input=text, model="text-embedding-ada-002", api_key=self.api_key)
        return r.data[0].embedding


first = Assistant("key-for-alice", "org-a")
second = Assistant("key-for-bob")
print(first.complete("one").choices[0].text.strip())
print(second.complete("two")["choices"][0]["text"].strip())
print(first.embed("abc"))
