from assistant import probed
from assistant.backends import Backend

probed.configure()
print(Backend().reply("How are you?"))
