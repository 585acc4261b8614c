import sys

from assistant import settings, telemetry
from assistant.backends import Backend

settings.configure()
telemetry.configure()
for line in sys.stdin:
    print(Backend().reply(line))
