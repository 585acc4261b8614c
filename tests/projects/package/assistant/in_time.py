from dotenv import load_dotenv

# fine: first of all
load_dotenv()

from assistant.llm import ask

print(ask("How are you?"))
