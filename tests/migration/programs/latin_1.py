# -*- coding: latin-1 -*-
import openai

# Grüße
réponse = openai.Completion.create(engine="text-davinci-003", prompt="été")
print(réponse["choices"][0]["text"].strip())
