import os
import sys

from assistant.backends import Backend

os.environ["AZURE_OPENAI_TOKEN"] = sys.argv[1]  # expect: OAK306
# fine: it is asked for in the other module
os.environ["OPENAI_KEY"] = "local"
print(Backend().reply("How are you?"))
