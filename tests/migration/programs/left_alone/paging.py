import openai

names = []
for model in openai.Model.list()["data"]:
    names.append(model["id"])
print(len(names))
for job in openai.FineTuningJob.auto_paging_iter(limit=2):
    print(job["id"], job.status)
print([job.id for job in openai.FineTuningJob.list(limit=2)["data"] if job["status"] == "succeeded"])
print(sum(f["bytes"] for f in openai.File.list()["data"]))
