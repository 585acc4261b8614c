"""oaklint finds, explains and repairs wrong handling of OpenAI credentials and authentication errors in Python code."""

__version__ = "0.1.0"
