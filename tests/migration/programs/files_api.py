import json
import openai

with open("train.jsonl", "w") as f:
    for i in range(3):
        f.write(json.dumps({"prompt": f"p{i}", "completion": f"c{i}"}) + "\n")

upload = openai.File.create(file=open("train.jsonl", "rb"), purpose="fine-tune")
print(upload["id"], upload.bytes, upload["status"])

for f in openai.File.list()["data"]:
    print(f["id"], f["purpose"], f.get("filename"))

info = openai.File.retrieve("file-1")
print(info.id, info.purpose)

content = openai.File.download("file-2")
print(content.decode("utf-8").splitlines())

print(openai.File.delete("file-1")["deleted"])
