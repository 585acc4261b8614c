from asking import ask
from dotenv import load_dotenv


def main():
    load_dotenv()  # expect: OAK301
    print(ask("How are you?"))


if __name__ == "__main__":
    main()
