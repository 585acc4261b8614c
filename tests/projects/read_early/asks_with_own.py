import asking
from dotenv import load_dotenv


def main():
    # fine: for None the client looks into the environment itself
    load_dotenv()
    print(asking.ask_with_own("How are you?"))


main()
