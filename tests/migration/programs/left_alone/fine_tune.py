import openai

job = openai.FineTune.create(training_file="file-1", model="curie", n_epochs=4, prompt_loss_weight=0.1)
print(job.id, job["status"])
print([ft.id for ft in openai.FineTune.list()["data"]])
print(openai.FineTune.retrieve(job.id).status)
