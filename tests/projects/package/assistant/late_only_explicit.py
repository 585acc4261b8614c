from dotenv import load_dotenv

from assistant.llm import Assistant

# fine: it has its key
explicit = Assistant(input("Key: "))
load_dotenv()
print(explicit.ask("How are you?"))
