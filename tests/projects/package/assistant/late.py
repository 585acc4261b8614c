from dotenv import load_dotenv

from assistant.llm import ask, client

load_dotenv()  # expect: OAK301

if __name__ == "__main__":
    print(ask("How are you?"))
    print(client.models.list())
