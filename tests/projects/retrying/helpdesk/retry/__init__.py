from ._call import call, call_once, call_unless, in_turn
from ._decorators import Again, Stubborn, patient

__all__ = ["Again", "Stubborn", "call", "call_once", "call_unless", "in_turn", "patient"]
