from .base import BaseLLM
from .quiet import QuietLLM
