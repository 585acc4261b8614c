from dotenv import load_dotenv

from assistant.shared import Shared, ask_shared

load_dotenv()  # expect: OAK301
print(Shared().ask("How are you?"), ask_shared("How are you?"))
