import base64
import openai

with open("otter.png", "wb") as f:
    f.write(b"not really a picture")
with open("mask.png", "wb") as f:
    f.write(b"nor a mask")

variation = openai.Image.create_variation(image=open("otter.png", "rb"), n=1, size="512x512")
print(variation["data"][0]["url"])

edit = openai.Image.create_edit(
    image=open("otter.png", "rb"),
    mask=open("mask.png", "rb"),
    prompt="A cute baby sea otter wearing a beret",
    n=1,
    size="512x512",
    response_format="b64_json",
)
print(base64.b64decode(edit["data"][0]["b64_json"]))
