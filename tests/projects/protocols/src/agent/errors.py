class TransientError(Exception):
    """Worth another request."""


class Refused(Exception):
    """Not worth another request."""
