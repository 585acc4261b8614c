import os
import openai


def setup():
    openai.api_key = os.environ["TEAM_KEY"]
    openai.api_base = os.environ["API_BASE"]
    openai.organization = "org-team"


def translate(text, lang):
    res = openai.ChatCompletion.create(
        model="gpt-3.5-turbo",
        temperature=0,
        messages=[
            {"role": "system", "content": f"Translate to {lang}."},
            {"role": "user", "content": text},
        ],
    )
    return res.choices[0].message.content


def main():
    setup()
    for lang in ["French", "German"]:
        print(lang, translate("Good morning", lang))


if __name__ == "__main__":
    main()
