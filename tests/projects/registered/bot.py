import os

from dotenv import load_dotenv
from routers.answers import answer
from telegram.ext import Application, MessageHandler, filters

load_dotenv()  # expect: OAK301


def main():
    application = Application.builder().token(os.environ["TOKEN"]).build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    application.run_polling()


if __name__ == "__main__":
    main()
