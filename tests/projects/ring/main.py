import client
from dotenv import load_dotenv

# fine: it was loaded by a module that the import runs
load_dotenv()
print(client.ask("How are you?"))
