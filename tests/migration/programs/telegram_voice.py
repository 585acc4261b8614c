import os
import tempfile

import openai

openai.api_key = os.environ["OPENAI_API_KEY"]
MODEL_ENGINE = "gpt-3.5-turbo"
chat_history = {}


def voice_to_text(data: bytes) -> str:
    with tempfile.NamedTemporaryFile(suffix=".ogg", delete=False) as tmp:
        tmp.write(data)
    try:
        with open(tmp.name, "rb") as fh:
            transcript = openai.Audio.transcribe("whisper-1", fh)
        return transcript.get("text")
    finally:
        os.unlink(tmp.name)


def handle(chat_id, text=None, voice=None):
    if voice:
        text = voice_to_text(voice)
    if chat_id not in chat_history:
        chat_history[chat_id] = [{"role": "system", "content": "You are a Telegram bot."}]
    chat_history[chat_id].append({"role": "user", "content": text})
    try:
        response = openai.ChatCompletion.create(model=MODEL_ENGINE, messages=chat_history[chat_id], temperature=0.7)
        response_text = response["choices"][0]["message"]["content"]
    except openai.error.InvalidRequestError as e:
        chat_history[chat_id] = chat_history[chat_id][:1]
        return f"History reset ({e.http_status})"
    chat_history[chat_id].append({"role": "assistant", "content": response_text})
    usage = response["usage"]
    return f'{response_text}\n(tokens: {usage["prompt_tokens"]}+{usage["completion_tokens"]})'


print(handle(1, "hey"))
print(handle(1, voice=b"beep"))
print(handle(2, "fails-400"))
