from dotenv import load_dotenv
from llm import ask


def main():
    load_dotenv()  # expect: OAK301
    print(ask("How are you?"))


main()
