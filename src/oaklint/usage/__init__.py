"""What a program does with the OpenAI SDK: its clients, requests and environment, and where an AuthenticationError goes.

The meeting place of two floors that know nothing of each other: `python`, what program text means, and `sdk`, what the SDK does.
"""

from oaklint.usage.usage import Usage

__all__ = ["Usage"]
