from .client import complete
