"""The declared SDK is read from wherever projects write it, and from the nearest place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oaklint.engine.project import admitted, declared_sdk


def sdk_of(directory: Path) -> set[int] | None:
    majors = declared_sdk(str(directory))
    return None if majors is None else set(majors)


@pytest.mark.parametrize(
    ("specifier", "majors"),
    [
        ("", {0, 1, 2, 3}),
        ("*", {0, 1, 2, 3}),
        ("==0.28", {0}),
        ("==0.28.*", {0}),
        ("== 1.109.1", {1}),
        ("===2.0.0", {2}),
        ("==1.*", {1}),
        (">=1", {1, 2, 3}),
        (">=1.0.0", {1, 2, 3}),
        (">=0.27", {0, 1, 2, 3}),
        (">=0.27,<1", {0}),
        (">=0.27,<1.0.0", {0}),
        (">=0.27,<=1.0.0", {0, 1}),
        (">=1.55,<3", {1, 2}),
        (">1", {1, 2, 3}),
        (">1.0,<2", {1}),
        ("<1", {0}),
        ("<2.0.0a0", {0, 1}),
        ("<=1", {0, 1}),
        ("~=1.2", {1}),
        ("~=1.2.3", {1}),
        ("~=0.27.8", {0}),
        ("!=1.*", {0, 2, 3}),
        (">=0.28,!=1.*", {0, 2, 3}),
        (">=1,!=1.3.0", {1, 2, 3}),
        ("!=0.*,<2", {1}),
        ("^0.27", {0}),
        ("^0.27.8", {0}),
        ("^0", {0}),
        ("^1.2", {1}),
        ("^2", {2}),
        ("~1.2", {1}),
        ("~1", {1}),
        ("1.2.*", {1}),
        ("1.2.3", {1}),
        ("^0.28 || ^1.0", {0, 1}),
        ("^1|^3", {1, 3}),
        ("==4.1.0", {3}),
        (">=3.2", {3}),
        (">=0.27.0 <2", {0, 1}),
        ("v1.2", {1}),
        ("==1.0.0rc1", {1}),
        (">=2,<1", set()),
    ],
)
def test_version_ranges(specifier: str, majors: set[int]) -> None:
    assert set(admitted(specifier)) == majors


@pytest.mark.parametrize(
    ("requirements", "release"),
    [
        ("openai==1.1.0\n", (1, 1)),
        ("openai === 1.2.4\n", (1, 2, 4)),
        ("openai==1.*\n", None),
        ("openai>=1.1.0\n", None),
        ("openai==1.1.0\nopenai==1.55.3\n", None),
    ],
)
def test_pinned_releases(requirements: str, release: tuple[int, ...] | None, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text(requirements, encoding="utf-8")
    declared = declared_sdk(str(tmp_path))
    assert declared is not None
    assert declared.only == release


REQUIREMENTS = [
    ("openai==0.28.1\n", {0}),
    ("openai[datalib]==0.28\n", {0}),
    ("openai [datalib, embeddings] >= 1.2 , < 2 ; python_version > '3.8'  # why\n", {1}),
    ("openai>=1.0 --hash=sha256:00\n", {1, 2, 3}),
    ("openai==1.2.3 \\\n    --hash=sha256:00\n", {1}),
    ("OpenAI~=1.3\n", {1}),
    ("openai\n", {0, 1, 2, 3}),
    ("  openai  # the SDK\n", {0, 1, 2, 3}),
    ("openai (>=1,<2)\n", {1}),
    ("openai @ https://files.example.org/openai-1.40.2-py3-none-any.whl\n", {1}),
    ("openai @ git+https://github.com/openai/openai-python@v2.1.0\n", {2}),
    ("openai-agents==0.1\nlangchain-openai>=0.2\nopenai.extra==0.1\nopenai_whisper==0.1\nazure-openai==0.1\n", None),
    ("# openai==0.28\n", None),
    ("numpy\n", None),
    ("", None),
    ("openai; is a service\n", {0, 1, 2, 3}),
    ("openai is a company\n", None),
]


@pytest.mark.parametrize(("text", "majors"), REQUIREMENTS)
def test_requirements(tmp_path: Path, text: str, majors: set[int] | None) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text(text, encoding="utf-8")
    assert sdk_of(tmp_path) == majors


UV = 'version = 1\n\n[[package]]\nname = "openai-agents"\nversion = "0.1.0"\n\n[[package]]\nname = "openai"\nversion = "1.99.0"\n'
FILES: list[tuple[str, str, set[int] | None]] = [
    ("uv.lock", UV, {1}),
    ("poetry.lock", '[[package]]\nname = "openai"\nversion = "0.27.8"\ndescription = ""\n', {0}),
    ("pdm.lock", '[[package]]\nname = "openai"\nversion = "2.3.0"\n', {2}),
    ("pylock.toml", 'lock-version = "1.0"\n[[packages]]\nname = "openai"\nversion = "3.1.0"\n', {3}),
    ("Pipfile.lock", '{"default": {"openai": {"hashes": ["sha256:0"], "index": "pypi", "version": "==1.3.5"}}}', {1}),
    ("Pipfile", '[packages]\nopenai = "==0.28"\n', {0}),
    ("Pipfile", '[dev-packages]\nopenai = {version = "*", extras = ["datalib"]}\n', {0, 1, 2, 3}),
    ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["numpy", "openai[realtime]>=1.50,<2"]\n', {1}),
    ("pyproject.toml", '[project]\nname = "x"\n[project.optional-dependencies]\nai = ["openai>=2"]\n', {2, 3}),
    ("pyproject.toml", '[project]\ndependencies = ["openai~=1.2"]\n[dependency-groups]\ntest = ["openai"]\n', {1}),
    ("pyproject.toml", '[dependency-groups]\ndev = [{include-group = "x"}, "openai==0.28.1"]\n', {0}),
    ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.9"\nopenai = "^0.27"\n', {0}),
    ("pyproject.toml", '[tool.poetry.dependencies]\nopenai = {version = "^1.2", optional = true}\n', {1}),
    (
        "pyproject.toml",
        '[[tool.poetry.dependencies.openai]]\nversion = "^0.28"\n[[tool.poetry.dependencies.openai]]\nversion = "^1"\n',
        {0, 1},
    ),
    ("pyproject.toml", '[tool.poetry.group.ai.dependencies]\nopenai = "*"\n', {0, 1, 2, 3}),
    ("pyproject.toml", '[tool.uv]\ndev-dependencies = ["openai>=3"]\n', {3}),
    ("pyproject.toml", '[tool.hatch.envs.default]\ndependencies = ["openai==1.1"]\n', {1}),
    ("pyproject.toml", '[project]\nname = "openai"\nkeywords = ["openai"]\ndependencies = ["langchain-openai"]\n', None),
    ("pyproject.toml", "[project\nopenai", None),
    ("pyproject.toml", 'project = "openai"\ntool = ["openai"]\n', None),
    ("setup.cfg", "[options]\ninstall_requires =\n    numpy\n    openai>=0.27,<1\n", {0}),
    ("setup.cfg", "[options]\ninstall_requires = openai==1.2\n", {1}),
    ("setup.py", "setup(name='x', install_requires=['numpy', 'openai>=1.0,<2.0'])\n", {1}),
    ("setup.py", "setup(keywords=['openai'], description='openai for all', install_requires=['openai<1'])", {0}),
    ("setup.cfg", "[metadata]\nname = openai\nkeywords = openai\n", None),
    ("setup.cfg", "[options.extras_require]\nai = openai>=3\n", {3}),
    ("setup.py", 'setup(install_requires=["openai-agents", "openai.api==0.1"])\n', None),
    ("environment.yml", "dependencies:\n  - python=3.11\n  - openai=1.2\n", {1}),
    ("environment.yml", "dependencies:\n  - conda-forge::openai=0.28.1=pyhd8ed1ab_0\n", {0}),
    ("environment.yaml", "dependencies:\n  - pip:\n    - openai>=2,<3  # sdk\n    - openai-agents\n", {2}),
    ("environment.yml", 'dependencies:\n  - "openai ==1.4"\n', {1}),
    ("requirements-dev.txt", "openai==2.0\n", {2}),
    ("requirements.in", "openai==2.0\n", {2}),
]


@pytest.mark.parametrize(("name", "text", "majors"), FILES)
def test_every_kind_of_file(tmp_path: Path, name: str, text: str, majors: set[int] | None) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert sdk_of(tmp_path) == majors


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("openai==3.1\n", encoding="utf-8")
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "packages" / "one" / "src").mkdir(parents=True)
    return root


def test_stops_at_the_repository(repository: Path) -> None:
    assert sdk_of(repository / "packages") is None
    assert sdk_of(repository.parent) == {3}


def test_the_nearest_decides(repository: Path) -> None:
    source = repository / "packages" / "one" / "src"
    (repository / "pyproject.toml").write_text('[project]\ndependencies = ["openai>=1,<2"]\n', encoding="utf-8")
    assert sdk_of(source) == {1}
    (repository / "packages" / "one" / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    assert sdk_of(source) == {1}
    (repository / "packages" / "one" / "requirements.txt").write_text("openai==0.28\n", encoding="utf-8")
    assert sdk_of(source) == {0}
    (repository / "packages" / "one" / "uv.lock").write_text(UV, encoding="utf-8")
    assert sdk_of(source) == {1}


def test_follows_includes_and_folders(repository: Path) -> None:
    folder = repository / "requirements"
    folder.mkdir()
    (folder / "base.txt").write_text("openai>=1,<2\n", encoding="utf-8")
    assert sdk_of(repository) == {1}
    (repository / "requirements.txt").write_text("-r deps/all.txt\n-r missing.txt\n", encoding="utf-8")
    (repository / "deps").mkdir()
    (repository / "deps" / "all.txt").write_text("openai==0.27\n", encoding="utf-8")
    assert sdk_of(repository) == {0, 1}


def test_a_directory_that_is_none(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").mkdir()
    assert sdk_of(tmp_path / "missing" / "below") is None
    assert declared_sdk("\0") is None


@given(st.sampled_from(sorted({name for name, _, _ in FILES})), st.binary(max_size=60))
def test_no_content_is_too_odd(tmp_path_factory: pytest.TempPathFactory, name: str, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("odd")
    (folder / ".git").mkdir()
    (folder / name).write_bytes(b"openai\n" + data + b"\nopenai")
    sdk_of(folder)
