"""How the cost of the search for keys grows on text that is made to be hard for it.

    python benchmarks/hostile.py

Each row is one way to write a piece of text again and again, each column one such piece; a cell is the time of a check of
100 kB over that of a check of 50 kB, the fastest of three times each. A cell of 2 is linear, one of 4 quadratic; below it
stands how many milliseconds the larger one takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from oaklint.engine import Settings, check

START, MARKER = "sk" + "-", "T3Blbk" + "FJ"
UNITS = (START, "-" + START, START + "ant-api03-", MARKER, START + "proj-", START + "proj-" + MARKER)
SIZE = 100_000


def _again(form: str, before: str = "", after: str = "", between: str = "") -> Callable[[str, int], str]:
    def text(unit: str, size: int) -> str:
        piece = form.format(unit)
        return before + between.join([piece] * (size // len(piece + between))) + after

    return text


SHAPES = {
    "one comment": _again("{}", "# ", "\n"),
    "one literal": _again("{}", 'x = "', '"\n'),
    "many rows": _again("{}\n", 'x = """', '"""\n'),
    "side by side": _again('"{}"', "x = (", ")\n", "\n"),
    "+": _again('"{}"', "x = (", ")\n", "\n + "),
    "join": _again('"{}"', 'x = "".join([', "])\n", ",\n"),
    "append": _again('x.append("{}")\n', "x = []\n", 'y = "".join(x)\n'),
    "+=": _again('x += "{}"\n', 'x = ""\n'),
    "f-strings": _again('f(f"{{x}}{}")\n', 'x = "sk-"\n'),
    "replace": _again('.replace("{}", "")', 'x = "sk-"', "\n"),
}


def duration(text: str) -> float:
    data, best = text.encode(), float("inf")
    for _ in range(3):
        begin = time.process_time()
        check("a.py", data, Settings(select=("OAK101",)))
        best = min(best, time.process_time() - begin)
    return best


def main() -> None:
    check("a.py", b'x = "sk-" + "a"\n', Settings(select=("OAK101",)))  # imports what it takes
    print(f"{'':14}" + "".join(f"{unit:>22}" for unit in UNITS))
    for name, shape in SHAPES.items():
        times = [(duration(shape(unit, SIZE // 2)), duration(shape(unit, SIZE))) for unit in UNITS]
        print(f"{name:14}" + "".join(f"{large / small:22.1f}" for small, large in times), flush=True)
        print(f"{'':14}" + "".join(f"{large * 1000:19.0f} ms" for _, large in times), flush=True)


if __name__ == "__main__":
    main()
