import openai

texts = ["nice", "kill kill", "calm"]
response = openai.Moderation.create(texts, model="text-moderation-latest")
for text, result in zip(texts, response["results"]):
    cats = [c for c, v in result["categories"].items() if v]
    top = max(result["category_scores"], key=result["category_scores"].get)
    print(text, result.flagged, cats, top if result["flagged"] else "-")
print(response["id"], response.model)
