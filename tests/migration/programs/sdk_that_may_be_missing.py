"""Summarizes with the SDK where it is installed, and by itself where it is not."""

import os

try:
    import openai

    HAS_OPENAI = True
except ImportError:
    HAS_OPENAI = False

if HAS_OPENAI:
    openai.api_key = os.getenv("OPENAI_API_KEY")
    openai.api_base = os.environ["API_BASE"]


def summarize(text):
    if not HAS_OPENAI:
        return text[:20]
    for _ in range(2):
        try:
            answer = openai.ChatCompletion.create(
                model="gpt-3.5-turbo", messages=[{"role": "user", "content": f"Sum up: {text}"}]
            )
            return answer["choices"][0]["message"]["content"].strip()
        except openai.error.RateLimitError:
            print("once more")
    return text[:20]


if __name__ == "__main__":
    print(summarize("A long text about oaks."))
