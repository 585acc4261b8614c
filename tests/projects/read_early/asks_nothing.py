from asking import count
from dotenv import load_dotenv

# fine: nothing is asked behind it
load_dotenv()
print(count("How are you?"))
