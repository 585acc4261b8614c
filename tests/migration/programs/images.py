import openai

PROMPT = "An eco-friendly computer from the 90s in the style of vaporwave"

response = openai.Image.create(prompt=PROMPT, n=2, size="256x256")
urls = [item["url"] for item in response["data"]]
print("\n".join(urls))

image_url = openai.Image.create(prompt="a white siamese cat", n=1, size="1024x1024")['data'][0]['url']
print(image_url)

as_b64 = openai.Image.create(prompt="x", response_format="b64_json")
print(as_b64.data[0].b64_json)
