from .retry import on_transient, patient
from .retry import with_retries as with_retries
