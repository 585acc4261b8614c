"""A service that its tests, in another file, patch."""
import openai


def summarize(text, limit=20):
    response = openai.ChatCompletion.create(
        engine="gpt-35",
        messages=[{"role": "system", "content": "Summarize."}, {"role": "user", "content": text}],
        max_tokens=limit,
    )
    return response["choices"][0]["message"]["content"].strip()


def safe_summary(text):
    try:
        return summarize(text)
    except openai.error.RateLimitError as e:
        return f"busy: {e}"


def flagged(text):
    return openai.Moderation.create(input=text)["results"][0]["flagged"]


if __name__ == "__main__":
    print(safe_summary("A long text."))
