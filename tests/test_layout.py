"""Where the packages of a project stand is read from wherever its build tool and pytest are told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oaklint.source.layout import package_roots


def roots(text: str | bytes, name: str = "pyproject.toml") -> list[str]:
    files = {name: text.encode() if isinstance(text, str) else text}
    return package_roots(lambda each: files.get(each, b""))


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ('[tool.setuptools.packages.find]\nwhere = ["code", "more/code"]', ["code", "more/code"]),
        ('[tool.setuptools.package-dir]\n"" = "code"', ["code"]),
        ('[tool.setuptools]\npackage-dir = {"bot" = "code/bot", "bot.llm" = "more/bot/llm"}', ["code", "more"]),
        ('[tool.poetry]\npackages = [{include = "bot", from = "python"}, {include = "tools"}]', ["python"]),
        ('[tool.hatch.build.targets.wheel]\npackages = ["backend/bot", "bot2", "deep/er/bot3/"]', ["backend", "deep/er"]),
        ('[tool.hatch.build]\npackages = ["backend/bot"]', ["backend"]),
        ('[tool.hatch.build.targets.wheel]\nsources = ["code"]', ["code"]),
        ('[tool.hatch.build]\ndev-mode-dirs = ["code", "."]', ["code"]),
        ('[tool.pdm.build]\npackage-dir = "code"', ["code"]),
        ('[tool.uv.build-backend]\nmodule-name = "bot"\nmodule-root = "code"', ["code"]),
        ('[tool.maturin]\npython-source = "python"\nmodule-name = "bot._native"', ["python"]),
        ('[tool.scikit-build]\nwheel.packages = ["python/bot"]', ["python"]),
        ('[tool.scikit-build.wheel.packages]\n"bot" = "python/bot"', ["python"]),
        ('[tool.pytest.ini_options]\npythonpath = ["code", "./tests/helpers"]', ["code", "tests/helpers"]),
        ('[tool.pytest.ini_options]\npythonpath = ". code more"', ["code", "more"]),
        ('[tool.pytest]\npythonpath = ["code"]', ["code"]),
        # The package has another name than its folder: what stands beside the folder is not imported like that.
        ('[tool.setuptools.package-dir]\nbot = "source"\nllm = "myllm"', []),
        ('[tool.hatch.build.sources]\n"code/old" = "new"', []),
        # The root itself, and what is not of the project.
        ('[tool.uv.build-backend]\nmodule-root = ""', []),
        ('[tool.setuptools.package-dir]\n"" = "."\nbot = "bot"', []),
        ('[tool.pytest.ini_options]\npythonpath = ["..", "../other", "/opt/code", "code/../.."]', []),
        # Others' settings, and what is no setting at all.
        ('[tool.other]\nwhere = "code"\npackages = ["code/bot"]', []),
        ('[tool.flit.module]\nname = "bot"', []),
        ("[tool.setuptools]\npackages = 3\npackage-dir = [4, {a = 5}]", []),
        ('tool = "packages"', []),
        ("[tool.poetry]\npackages = [{include = 3, from = 4}, 5", []),
        (b'[tool.poetry]\npackages = [{include = "bot", from = "\xff"', []),
    ],
)
def test_pyproject(text: str | bytes, folders: list[str]) -> None:
    assert roots(text) == folders


@pytest.mark.parametrize(
    ("name", "text", "folders"),
    [
        ("setup.py", 'setup(name="bot", package_dir={"": "code"}, packages=find_packages("code"))', ["code"]),
        ("setup.py", "setup(packages=find_packages(where='code'))", ["code"]),
        ("setup.py", "setup(packages=find_namespace_packages('code/python'))", ["code/python"]),
        ("setup.py", "setup(packages=find_packages(exclude=['tests']), package_dir={'bot': 'bot'})", []),
        ("setup.py", "setup(packages=find_packages())", []),
        (
            "setup.cfg",
            "[options]\npackage_dir =\n    = code\npackages = find:\n[options.packages.find]\nwhere = code\n",
            ["code"],
        ),
        ("setup.cfg", "[options]\npackages = find:\n[tool:pytest]\npythonpath = code\n", ["code"]),
        ("pytest.ini", "[pytest]\npythonpath = . code\n", ["code"]),
        ("tox.ini", "[testenv]\ndeps = pytest\n", []),
        ("README.md", "package_dir = =code", []),
    ],
)
def test_other_files(name: str, text: str, folders: list[str]) -> None:
    assert roots(text, name) == folders


@given(st.binary(), st.sampled_from(["[tool.setuptools]\npackage-dir = {{{}}}", "[tool.poetry]\npackages = [{}]", "where = {}"]))
def test_nothing_that_a_file_holds_is_too_much(data: bytes, around: str) -> None:
    for name in ("pyproject.toml", "setup.cfg"):
        roots(around.format(data.decode("latin-1")), name)
        roots(data + b"packages", name)
