import assistant.settings
from dotenv import load_dotenv

from assistant.llm import ask

# fine: the settings have loaded it before
load_dotenv()
print(ask("How are you?"))
