import os
import openai

openai.api_base = os.environ["API_BASE"]
r = openai.ChatCompletion.create(
    model="mistral",
    messages=[{"role": "user", "content": "hi"}],
    top_k=40,
    repetition_penalty=1.1,  # of vLLM
    temperature=0.5,
)
print(r.choices[0].message.content)
params = dict(prompt="hi", max_tokens=3, do_sample=True)
print(openai.Completion.create(model="m", **params).choices[0].text)
params = {"model": "m", "prompt": "a", "use_beam_search": True}
print(openai.Completion.create(**params).choices[0].text)
params = {
    "model": "m",
    "prompt": "a",
    "top_k": True,
    "best": 2,
}
print(openai.Completion.create(**params).choices[0].text)
print(len(openai.File.list(limit=2).data))
