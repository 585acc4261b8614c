import config
from dotenv import load_dotenv
from openai import OpenAI


def main():
    load_dotenv()  # expect: OAK301
    client = OpenAI(api_key=config.Config.other_key)
    return client.models.list()


if __name__ == "__main__":
    main()
