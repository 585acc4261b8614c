import openai


def is_flagged(text):
    response = openai.Moderation.create(input=text)
    output = response["results"][0]
    return output["flagged"]


for text in ["I love you", "I want to kill them"]:
    print(text, is_flagged(text))

result = openai.Moderation.create("I want to kill them").results[0]
print(result.categories.violence, result.category_scores.violence)
print(result["categories"]["hate"], result["category_scores"]["violence/graphic"])
