from dotenv import load_dotenv

from assistant.llm import ask_fresh

# fine: each request builds its own client
load_dotenv()
print(ask_fresh("How are you?"))
