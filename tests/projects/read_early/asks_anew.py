import os

import asking
import config
from dotenv import load_dotenv

# fine: it is read again
load_dotenv()
config.Config.other_key = os.environ["OTHER_KEY"]
print(asking.ask("How are you?"))
