"""Who imports a module of the package imports all of it."""

from .asking import ask

__all__ = ["ask"]
