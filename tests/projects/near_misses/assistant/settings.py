"""Puts the secrets of the pod where the libraries look."""

import os
from pathlib import Path

SECRETS = Path("/var/run/secrets")


def configure():
    os.environ["AZURE_OPENAI_KEY"] = (SECRETS / "azure").read_text().strip()  # expect: OAK306
    # fine: this is what the client reads
    os.environ["AZURE_OPENAI_ENDPOINT"] = "https://assistant.openai.azure.com"
    os.environ.setdefault("OPENAI_API_VERSION", "2024-10-21")
    # fine: the moderator's key is asked for under this name
    os.environ["OPENAI_KEY"] = (SECRETS / "moderation").read_text().strip()
