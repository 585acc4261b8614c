import json
import openai


def sse(chunks):
    for chunk in chunks:
        yield f"data: {json.dumps(chunk['choices'][0]['delta'])}\n\n"
    yield "data: [DONE]\n\n"


response = openai.ChatCompletion.create(
    model="gpt-3.5-turbo", messages=[{"role": "user", "content": "forward me"}], stream=True
)
for line in sse(response):
    print(line, end="")
