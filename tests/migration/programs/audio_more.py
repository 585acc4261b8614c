import asyncio
import openai

for name in ("a.wav", "b.wav"):
    with open(name, "w") as f:
        f.write("sound of " + name)


def transcribe(path):
    with open(path, "rb") as audio:
        return openai.Audio.transcribe("whisper-1", audio, language="en", temperature=0)["text"]


print([transcribe(p) for p in ("a.wav", "b.wav")])

with open("a.wav", "rb") as f:
    verbose = openai.Audio.transcribe(model="whisper-1", file=f, response_format="verbose_json", prompt="Names: Ada")
print(verbose["language"], verbose["duration"])
for segment in verbose["segments"]:
    print("%.1f-%.1f %s" % (segment["start"], segment["end"], segment["text"]))

with open("b.wav", "rb") as f:
    data = f.read()
print(openai.Audio.transcribe_raw("whisper-1", data, "b.wav")["text"])


async def later():
    with open("b.wav", "rb") as f:
        return (await openai.Audio.atranslate("whisper-1", f)).text

print(asyncio.run(later()))
