import openai

with open("rows.jsonl", "w") as out:
    out.write("{}\n")
with open("rows.jsonl", "r") as f:
    print(openai.File.create(file=f, purpose="fine-tune")["id"])
print(openai.File.create(file=open("rows.jsonl"), purpose="fine-tune")["id"])
print(openai.File.create(file=open("rows.jsonl", encoding="utf-8"), purpose="fine-tune")["id"])
with open("rows.jsonl", mode="r", encoding="utf-8") as f:
    print(openai.File.create(file=f, purpose="fine-tune")["id"])
print(openai.File.create(file=open("rows.jsonl", "rb"), purpose="fine-tune")["id"])
