"""It has somebody else set the environment."""

from team import load_secrets

load_secrets()
