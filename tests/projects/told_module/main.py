import sys

from app.bot import Bot
from app.config import configure

configure(sys.argv[1])
print(Bot().answer("How are you?"))
