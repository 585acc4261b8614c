import os
import urllib.request

from assistant import probed

probed.configure()
urllib.request.urlopen(urllib.request.Request("https://assistant.openai.azure.com", headers={"api-key": os.environ["AZURE_OPENAI_KEY"]}))
