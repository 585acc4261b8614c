import openai
import os
from dotenv import load_dotenv

load_dotenv()

openai.api_key = os.getenv("OPENAI_API_KEY")


def generate(prompt):
    return openai.Completion.create(engine="text-davinci-002", prompt=prompt, max_tokens=50)


r = generate("Write a tagline for an ice cream shop.")
print(r.choices[0].text.strip())
