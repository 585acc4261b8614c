"""Tiny terminal chatbot."""
import os

import openai

openai.api_key = os.getenv("OPENAI_API_KEY")

messages = [{"role": "system", "content": "You are a pirate."}]

while True:
    user = input("You: ")
    if user.strip().lower() in ("quit", "exit"):
        print("Bye!")
        break
    messages.append({"role": "user", "content": user})
    response = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=messages)
    reply = response["choices"][0]["message"]
    # keep the whole message, so the bot remembers
    messages.append(reply)
    print("Bot:", reply["content"])

print(len(messages), "messages,", sum(1 for m in messages if m["role"] == "assistant"), "from the bot")
