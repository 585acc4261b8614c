import os

try:
    import openai
except ImportError:
    available = False
else:
    openai.api_key = os.environ.get("OPENAI_API_KEY")
    available = openai.api_key is not None


def ask(text):
    done = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": text}])
    return done.choices[0].message.content


print(ask("Hi") if available else "openai cannot be used")
