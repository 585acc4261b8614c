from openai import OpenAI

from assistant.shared import Shared, ask_shared
from dotenv import load_dotenv

# fine: what was built there is not used
load_dotenv()
print(ask_shared("How are you?", OpenAI()), Shared.__doc__)
