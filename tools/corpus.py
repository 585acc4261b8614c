"""Runs oaklint over real packages that use openai, old and new, and writes down what it says, to be read by a person.

    python tools/corpus.py [FOLDER]      (default: .cache/corpus)

Wheels are downloaded from the package index with pip and unpacked; nothing of them is installed or run. FOLDER/findings.txt holds
every finding with the lines around it (secrets masked), FOLDER/summary.txt the counts. The packages themselves are not kept under
version control.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

# Applications rather than wrappers: agents, chat tools, translators, evaluation harnesses; of several, an old release for 0.x.
PACKAGES = (
    "aider-chat==0.10.1", "alpaca-eval==0.2.8", "alpaca-eval==0.6.6", "arize-phoenix-evals", "autogen-core", "bbook-maker",
    "bigcodebench==0.2.5", "chatarena==0.1.18", "crewai", "dspy-ai==2.4.17", "evalplus==0.3.1", "evals==3.0.1.post1",
    "fschat==0.2.23", "fschat==0.2.36", "guardrails-ai==0.2.4", "instructor", "interpreter==0.1", "langchain-community",
    "llama-index==0.6.38", "lmql==0.7.3", "metagpt==0.1", "opencompass==0.5.4", "paper-qa==3.13.5", "pyautogen==0.2.35",
    "rdagent==0.2.0", "self-operating-computer==1.5.8", "shell-gpt==0.9.0", "sweagent", "textgrad==0.1.8", "uptrain==0.7.1",
    "wurun==0.2.3", "xturing==0.1.8",
)  # fmt: skip


def fetch(requirement: str, folder: Path) -> Path | None:
    """The unpacked wheel of a package; None if the index has none."""
    target = folder / "packages" / requirement.replace("==", "-")
    if target.exists():
        return target
    wheels = folder / "wheels" / target.name
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(wheels)]
    # Old releases name Python versions older than this one; nothing is installed, so that does not matter.
    for extra in ([], ["--ignore-requires-python"]):
        if subprocess.run([*command, *extra, requirement], capture_output=True, check=False).returncode == 0:
            break
    else:
        return None
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target, [name for name in archive.namelist() if name.endswith((".py", ".pyi", ".ipynb"))])
    return target


def check(folder: Path, output_format: str) -> str:
    command = [sys.executable, "-m", "oaklint", "check", "--isolated", "--no-respect-gitignore", "--color", "never"]
    return subprocess.run(
        [*command, "--output-format", output_format, str(folder)], capture_output=True, text=True, check=False
    ).stdout


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".cache/corpus")
    counts: Counter[str] = Counter()
    findings, summary = [], []
    for requirement in PACKAGES:
        package = fetch(requirement, folder)
        if package is None:
            summary.append(f"{requirement}: no wheel in the index")
            continue
        found = Counter(entry["code"] for entry in json.loads(check(package, "json")))
        files = sum(1 for path in package.rglob("*") if path.suffix in (".py", ".pyi", ".ipynb"))
        counts += found
        summary.append(
            f"{requirement}: {files} files, {', '.join(f'{code} {count}' for code, count in sorted(found.items())) or 'nothing'}"
        )
        findings.append(check(package, "full"))
        print(summary[-1], flush=True)
    summary.append(f"in all: {', '.join(f'{code} {count}' for code, count in sorted(counts.items()))}")
    print(summary[-1])
    (folder / "findings.txt").write_text("\n".join(findings), "utf-8")
    (folder / "summary.txt").write_text("\n".join(summary) + "\n", "utf-8")


if __name__ == "__main__":
    main()
