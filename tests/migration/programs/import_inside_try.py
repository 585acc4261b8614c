def get_reply(text):
    try:
        import openai
        response = openai.ChatCompletion.create(
            model="gpt-3.5-turbo",
            messages=[{"role": "user", "content": text}],
            temperature=0.5,
        )
        return response["choices"][0]["message"]["content"]
    except ImportError:
        return "pip install openai"
    except openai.error.RateLimitError:
        return "limit"


print(get_reply("inside"), get_reply("fails-429"))
