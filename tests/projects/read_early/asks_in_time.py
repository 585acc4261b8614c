import sys

from dotenv import load_dotenv

# fine: before the module that reads it is imported
load_dotenv()

from asking import ask

print(ask(sys.argv[1]))
