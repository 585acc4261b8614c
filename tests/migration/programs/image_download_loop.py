import base64
import os
import openai

os.makedirs("out", exist_ok=True)
prompts = {"cat": "a cat", "dog": "a dog"}
for name, prompt in prompts.items():
    try:
        response = openai.Image.create(prompt=prompt, n=2, size="256x256", response_format="b64_json")
    except openai.error.InvalidRequestError as e:
        print("blocked", e.user_message)
        continue
    for i, img in enumerate(response["data"]):
        with open(f"out/{name}-{i}.png", "wb") as f:
            f.write(base64.b64decode(img["b64_json"]))
print(sorted(os.listdir("out")), response["created"])
try:
    openai.Image.create(prompt="fails-400", n=1)
except openai.error.OpenAIError as e:
    print(e.http_status, e.error.code)
