from dataclasses import dataclass


@dataclass
class Result:
    ok: bool
    text: str = ""
    error: str = ""
    fatal: bool = False

    @classmethod
    def failure(cls, error: Exception, fatal: bool = False) -> "Result":
        return cls(False, error=str(error), fatal=fatal)
