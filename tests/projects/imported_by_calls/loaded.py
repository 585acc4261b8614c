"""The module loads the environment itself."""

from importlib import import_module

from dotenv import load_dotenv

loading = import_module("app.loading")
# fine: it is loaded again
load_dotenv()
print(loading.client.models.list())
