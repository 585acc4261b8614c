import time

import openai

with open("data.jsonl", "w") as fh:
    fh.write('{"messages": []}\n')

with open("data.jsonl", "rb") as fh:
    file_id = openai.File.create(file=fh, purpose="fine-tune").id

job = openai.FineTuningJob.create(training_file=file_id, model="gpt-3.5-turbo", hyperparameters={"n_epochs": 2})
print(job.id, job["status"], job["hyperparameters"]["n_epochs"])

while True:
    job = openai.FineTuningJob.retrieve(job["id"])
    if job.status in ("succeeded", "failed", "cancelled"):
        break
    time.sleep(10)
print("model:", job.fine_tuned_model)

events = openai.FineTuningJob.list_events(id=job.id, limit=10)["data"]
for event in reversed(events):
    print(event["message"])

print([j.id for j in openai.FineTuningJob.list(limit=10).data])
print(openai.FineTuningJob.cancel("ftjob-9").status)
openai.Model.delete(job.fine_tuned_model)
