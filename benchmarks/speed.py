"""How long each tier takes, as ratios within one run: absolute times say more about the machine than about oaklint.

    python benchmarks/speed.py [FOLDER]      (default: the packages installed beside this interpreter)

The candidates are the files that pass the byte screen. `1.00` is LibCST's bare parse of them. Best of three runs each.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import sysconfig
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import libcst

from oaklint.engine import Settings, check
from oaklint.engine.screen import may_have_findings
from oaklint.python.parse import on_big_stack

MOST_CANDIDATES = 300


def best_of_three(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else sysconfig.get_path("purelib"))
    settings = Settings()
    files = [(str(path), path.read_bytes()) for path in sorted(folder.rglob("*.py")) if path.is_file()]
    candidates = [(name, data) for name, data in files if may_have_findings(data, name, settings)]
    candidates = candidates[:: max(1, len(candidates) // MOST_CANDIDATES)]

    def each(parse: Callable[[bytes], object]) -> Callable[[], object]:
        def run() -> None:
            for _, data in candidates:
                try:
                    parse(data)
                except Exception:  # the same files fail in every column
                    continue

        return lambda: on_big_stack(run)

    warnings.simplefilter("ignore")
    parsed = best_of_three(each(libcst.parse_module))
    rows = [
        ("the byte screen, all files", best_of_three(lambda: [may_have_findings(data, name, settings) for name, data in files])),
        ("ast.parse, candidates", best_of_three(each(ast.parse))),
        ("LibCST's bare parse, candidates", parsed),
        ("oaklint, candidates", best_of_three(lambda: [check(name, data, settings) for name, data in candidates])),
    ]
    commands = {
        "oaklint check, the whole folder, from the shell": ["-m", "oaklint", "check", "--isolated", "-q", "--exit-zero"],
        "ruff check --no-cache, the whole folder": ["-m", "ruff", "check", "--isolated", "--no-cache", "-q", "--exit-zero"],
    }
    for name, command in commands.items():
        run = [sys.executable, *command, str(folder)]
        rows.append((name, best_of_three(lambda run=run: subprocess.run(run, capture_output=True, check=False))))  # type: ignore[misc]
    print(f"{len(files)} files, {sum(len(data) for _, data in files) / 1e6:.0f} MB; {len(candidates)} candidates measured")
    for name, seconds in rows:
        print(f"{seconds / parsed:7.2f}  {name}")


if __name__ == "__main__":
    main()
