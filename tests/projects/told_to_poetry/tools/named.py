import os

from python.bot.client import client as by_path

# fine: `python` is a folder of the project, from whose root this is run, but a client with a key of its own does not read this
own = by_path.with_options(api_key=os.environ["TEAM_KEY"])
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
print(own.models.list())
