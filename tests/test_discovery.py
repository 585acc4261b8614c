"""Which files are checked: the tree walk, exclusions, and what git ignores, held against git itself."""

from __future__ import annotations

import os
import random
import re
import subprocess
from pathlib import Path

import pytest

from oaklint.engine.configuration.configurations import Configurations
from oaklint.engine.files.discovery import MissingPath, discover
from oaklint.engine.files.patterns import PathPatterns, Pattern, translate
from tests.command import oaklint, write


def _found(folder: Path, *paths: str, **overrides: object) -> list[str]:
    """The files that are found below a folder, relative to it."""
    options = {key.replace("_", "-"): value for key, value in overrides.items()}
    files, missing = discover(paths or (".",), Configurations(str(folder), options), str(folder))
    assert not missing
    return [os.path.relpath(file.path, folder) for file in files]


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.invalid", *arguments]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(command, cwd=folder, capture_output=True, check=True, env=environment).stdout.decode()


def _touch(folder: Path, *names: str) -> None:
    write(folder, dict.fromkeys(names, ""))


def test_finds_python_and_notebooks_in_a_stable_order(tmp_path: Path) -> None:
    _touch(tmp_path, "b.py", "a.ipynb", "c.pyi", "d.pyw", "a.txt", "e.pyc", "sub/a.py", "sub/deep/b.py", "also/z.py", "Makefile")
    assert _found(tmp_path) == ["a.ipynb", "b.py", "c.pyi", "d.pyw", "also/z.py", "sub/a.py", "sub/deep/b.py"]
    assert _found(tmp_path, "sub", "b.py") == ["sub/a.py", "sub/deep/b.py", "b.py"]


def test_each_file_once(tmp_path: Path) -> None:
    _touch(tmp_path, "sub/a.py")
    assert _found(tmp_path, "sub/a.py", ".", "sub", "./sub/../sub/a.py", str(tmp_path / "sub" / "a.py")) == ["sub/a.py"]


def test_named_files_are_taken_whatever_their_name(tmp_path: Path) -> None:
    _touch(tmp_path, "script", ".venv/a.py")
    assert _found(tmp_path) == []
    assert _found(tmp_path, "script", ".venv/a.py", ".venv") == ["script", ".venv/a.py"]
    assert _found(tmp_path, "script", ".venv/a.py", ".venv", force_exclude=True) == ["script"]


def test_default_exclusions_hold_for_names_below_the_root_only(tmp_path: Path) -> None:
    root = tmp_path / "dist" / "project"
    _touch(root, "a.py", "dist/b.py", "sub/node_modules/c.py", "site-packages/d.py")
    assert _found(root) == ["a.py", "site-packages/d.py"]
    assert _found(root, "a.py", "dist/b.py", force_exclude=True) == ["a.py"]


@pytest.mark.parametrize(
    ("pattern", "left_out"),
    [
        ("sub", {"sub/a.py", "sub/deep/b.py", "other/sub/c.py"}),
        ("sub/", {"sub/a.py", "sub/deep/b.py", "other/sub/c.py"}),
        ("./sub/deep", {"sub/deep/b.py"}),
        ("sub/*.py", {"sub/a.py", "sub/deep/b.py"}),
        ("deep/*", set()),
        ("**/deep/*", {"sub/deep/b.py"}),
        ("**/a.py", {"a.py", "sub/a.py"}),
        ("*_pb2.py", {"x_pb2.py"}),
        ("[ab].py", {"a.py", "sub/a.py", "sub/deep/b.py"}),
        ("[!a].py", {"sub/deep/b.py", "other/sub/c.py"}),
        ("{a,x_pb2}.py", {"a.py", "sub/a.py", "x_pb2.py"}),
        ("other/sub", {"other/sub/c.py"}),
        ("?.py", {"a.py", "sub/a.py", "sub/deep/b.py", "other/sub/c.py"}),
    ],
)
def test_exclude_patterns(tmp_path: Path, pattern: str, left_out: set[str]) -> None:
    names = {"a.py", "x_pb2.py", "sub/a.py", "sub/deep/b.py", "other/sub/c.py"}
    _touch(tmp_path, *names)
    assert names - set(_found(tmp_path, exclude=[pattern])) == left_out
    assert names - set(_found(tmp_path, extend_exclude=[pattern])) == left_out
    absolute = pattern if "/" not in pattern.rstrip("/") else f"{tmp_path}/{pattern.removeprefix('./')}"
    assert names - set(_found(tmp_path, exclude=[absolute])) == left_out
    # One by one they are asked with all that lies above them.
    assert names - set(_found(tmp_path, *sorted(names), exclude=[pattern], force_exclude=True)) == left_out


def test_exclude_takes_the_place_of_the_default(tmp_path: Path) -> None:
    _touch(tmp_path, "venv/a.py", "b.py")
    assert _found(tmp_path, exclude=["b.py"]) == ["venv/a.py"]
    assert _found(tmp_path, extend_exclude=["b.py"]) == []


@pytest.mark.parametrize("pattern", ["[a", "{a,b", "a}", "sub/[!"])
def test_malformed_patterns(pattern: str) -> None:
    with pytest.raises(ValueError, match="in pattern"):
        translate(pattern)


def test_patterns_match_more_than_a_line() -> None:
    assert PathPatterns([Pattern("a*b", "/r")]).match_entry("/r/a\nb", "a\nb")
    assert re.fullmatch(translate("a.b"), "axb") is None


def test_missing_and_unreadable_paths_are_named(tmp_path: Path) -> None:
    _touch(tmp_path, "a.py")
    files, missing = discover(["nothing.py", "a.py", "a.py/b"], Configurations(str(tmp_path)), str(tmp_path))
    assert [Path(file.path).name for file in files] == ["a.py"]
    assert missing == [MissingPath("nothing.py", "No such file or directory"), MissingPath("a.py/b", "Not a directory")]


def test_links_to_directories_are_not_followed(tmp_path: Path) -> None:
    _touch(tmp_path, "real/a.py")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "link.py").symlink_to("a.py")
    (tmp_path / "real" / "broken.py").symlink_to("nothing")
    (tmp_path / "real" / "itself.py").symlink_to("itself.py")
    assert _found(tmp_path) == ["real/a.py", "real/link.py"]
    assert _found(tmp_path, "again") == ["again/a.py", "again/link.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe in the file system")
def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    _touch(tmp_path, "a.py", "dir.py/b.py")
    os.mkfifo(tmp_path / "pipe.py")
    assert _found(tmp_path) == ["a.py", "dir.py/b.py"]


def test_gitignore_counts_only_in_a_work_tree(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "ignored.py\n", "ignored.py": "", "a.py": ""})
    assert _found(tmp_path) == ["a.py", "ignored.py"]
    _git(tmp_path, "init", "-q")
    assert _found(tmp_path) == ["a.py"]
    assert _found(tmp_path, respect_gitignore=False) == ["a.py", "ignored.py"]
    assert _found(tmp_path, "ignored.py") == ["ignored.py"]


def test_gitignore_above_and_below_the_start(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q")
    files = dict.fromkeys(("sub/x.gen.py", "sub/y.gen.py", "sub/z.py", "ignored/x.gen.py", "ignored/a.py"), "")
    write(tmp_path, {**files, ".gitignore": "*.gen.py\nignored/\n", "sub/.gitignore": "!y.gen.py\nz.py\n"})
    assert _found(tmp_path, "sub") == ["sub/y.gen.py"]
    # Naming an ignored directory is asking for it; what else is ignored stays so.
    assert _found(tmp_path, "ignored") == ["ignored/a.py"]
    assert _found(tmp_path) == ["sub/y.gen.py"]


def test_info_exclude_yields_to_gitignore(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q")
    write(tmp_path, {".git/info/exclude": "a.py\nb.py\n", ".gitignore": "!b.py\n", "a.py": "", "b.py": "", "c.py": ""})
    assert _found(tmp_path) == ["b.py", "c.py"]


def test_linked_work_trees_share_info_exclude(tmp_path: Path) -> None:
    main, linked = tmp_path / "main", tmp_path / "linked"
    main.mkdir()
    _git(main, "init", "-q")
    _git(main, "commit", "-q", "--allow-empty", "-m", "first")
    _git(main, "worktree", "add", "-q", str(linked))
    write(main, {".git/info/exclude": "a.py\n"})
    _touch(linked, "a.py", "b.py")
    assert _found(linked) == ["b.py"]


def test_a_repository_within_has_its_own_rules(tmp_path: Path) -> None:
    _git(tmp_path, "init", "-q")
    write(tmp_path, {".gitignore": "a.py\n", "inner/a.py": "", "inner/b.py": "", "inner/.gitignore": "b.py\n", "sub/a.py": ""})
    _git(tmp_path / "inner", "init", "-q")
    assert _found(tmp_path) == ["inner/a.py"]


NAMES = ("a", "b", "foo", "foo1", "a.py", "b.py", "x y.py", "build", "#c.py", "!d.py", "f[1].py", "sub", "é.py")
GLOBS = (
    *("*", "**", "*.py", "fo?", "[ab]", "[!a]*", "f*", "?.py", "[a-c].py", "foo*", "**.py", "[^b].py", "[]a]", "[z-a]", "[a"),
    *("\\#c.py", "x\\ y.py", "f\\[1\\].py", "b\\"),
)


def _pattern(source: random.Random) -> str:
    parts = [source.choice(NAMES + GLOBS) for _ in range(source.choice([1, 1, 1, 2, 2, 3]))]
    return (
        source.choice(["", "", "", "/", "!", "!", "!/"]) + "/".join(parts) + source.choice(["", "", "/", "/**", " ", "\\ ", "\r"])
    )


def _grow(folder: Path, source: random.Random, depth: int = 0) -> None:
    for name in source.sample(NAMES, source.randint(2, 6)):
        if "." not in name and depth < 3:
            (folder / name).mkdir()
            _grow(folder / name, source, depth + 1)
        else:
            (folder / name).touch()
    if depth == 0 or source.random() < 0.3:
        lines = [_pattern(source) for _ in range(source.randint(1, 6))]
        (folder / ".gitignore").write_bytes("\n".join(lines).encode() + b"\n")


@pytest.mark.parametrize("seed", range(40))
def test_agrees_with_git_on_any_tree(tmp_path: Path, seed: int) -> None:
    source = random.Random(seed)
    _git(tmp_path, "init", "-q")
    _grow(tmp_path, source)
    if source.random() < 0.3:
        (tmp_path / ".git" / "info" / "exclude").write_text(_pattern(source) + "\n", "utf-8", newline="\n")
    listed = _git(tmp_path, "ls-files", "-z", "--others", "--exclude-standard").split("\0")
    assert sorted(_found(tmp_path, exclude=[".git"])) == sorted(name for name in listed if name.endswith(".py"))


def test_show_files(tmp_path: Path) -> None:
    _touch(tmp_path, "a.py", "sub/b.ipynb", "venv/c.py")
    done = oaklint("check", "--show-files", ".", "nothing", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "a.py\nsub/b.ipynb\n")
    assert done.stderr == "error: nothing: No such file or directory\n"
    assert oaklint("check", "--show-files", cwd=tmp_path).returncode == 0
