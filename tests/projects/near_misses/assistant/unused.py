import os

# fine: nobody is seen to build a client with this
os.environ["OPENAI_KEY"] = "local"
