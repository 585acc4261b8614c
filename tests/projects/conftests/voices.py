from openai import OpenAI

client = OpenAI(timeout=20)


def say(text):
    return client.audio.speech.create(model="tts-1", voice="alloy", input=text)


def words(text):
    return text.split()
