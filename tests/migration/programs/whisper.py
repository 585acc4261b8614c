import openai

with open("speech.mp3", "w") as f:
    f.write("Guten Tag")

audio_file = open("speech.mp3", "rb")
transcript = openai.Audio.transcribe("whisper-1", audio_file)
print(transcript)
print(transcript["text"])

audio_file = open("speech.mp3", "rb")
print(openai.Audio.translate("whisper-1", audio_file).text)

with open("speech.mp3", "rb") as audio:
    srt = openai.Audio.transcribe(file=audio, model="whisper-1", response_format="srt", language="de")
print(srt.upper())
