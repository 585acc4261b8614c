from dotenv import load_dotenv

from assistant.llm import Assistant

late = Assistant()
# fine: it has its key
explicit = Assistant(api_key=input("Key: "))
load_dotenv()  # expect: OAK301
print(explicit.ask("How are you?"))
print(late.ask("How are you?"))
