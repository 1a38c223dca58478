"""Sdists and the environments that their tests need."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.transparency.suites import RECIPES, Recipe

ROOT = Path(__file__).resolve().parent.parent.parent
# Outside of this repository: pytest takes the configuration of an enclosing project if a suite has none of its own.
WORK = Path(tempfile.gettempdir()) / "flakemark-transparency" / f"{sys.version_info[0]}.{sys.version_info[1]}"
_TEST_FILE = re.compile(r"(test_.*|.*_test|tests?)\.py")


class SuiteUnusable(Exception):
    """The suite could not be fetched, prepared or run; the message says why."""


@dataclass(frozen=True, slots=True)
class Suite:
    """An unpacked sdist and the interpreter that has what its tests need."""

    name: str
    home: Path
    tree: Path
    python: Path
    part: tuple[str, ...]


def prepare(package: str, needs: Sequence[str], *, keep: bool) -> Suite:
    """Fetch and unpack the sdist; make its environment with the package, its tests' needs and this tracer.

    Args:
        package: a name on the package index, or name==version.
        needs: requirements beside those of its recipe.
        keep: whether tree and environment of an earlier run are used again.

    Raises:
        SuiteUnusable: there is no sdist, it holds no tests, or it cannot be installed.
    """
    name = re.split(r"[=<>!~]", package)[0]
    home, recipe = WORK / name, RECIPES.get(name, Recipe())
    python = home / "venv" / "bin" / "python"
    if not (keep and python.exists()):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        _fetch(package, home)
        say(f"{name}: making its environment")
        venv.create(home / "venv", with_pip=True)
        pip(python, "install", "pytest", "--editable", str(_tree(home)), *recipe.needs, *needs)
    # Not editable: this repository's folder on the path would shadow the package's own `tests`.
    pip(python, "install", "--force-reinstall", "--no-deps", str(ROOT))
    return Suite(name, home, _tree(home), python, recipe.part)


def _fetch(package: str, home: Path) -> None:
    say(f"{home.name}: fetching the sdist")
    pip(Path(sys.executable), "download", "--no-binary", ":all:", "--no-deps", "--dest", str(home / "sdist"), package)
    _unpack(next((home / "sdist").iterdir()), home / "tree")
    if not any(_TEST_FILE.fullmatch(path.name) for path in home.rglob("*.py")):
        raise SuiteUnusable("the sdist holds no tests")


def _tree(home: Path) -> Path:
    return next((home / "tree").iterdir())


def _unpack(archive: Path, target: Path) -> None:
    """Unpack an sdist without letting it write outside of the target."""
    with tarfile.open(archive) as tar:
        if not hasattr(tarfile, "data_filter"):
            raise SuiteUnusable("this Python cannot unpack safely; take a newer patch release")
        tar.extractall(target, filter="data")


def pip(python: Path, *arguments: str) -> None:
    """Run pip quietly; turn its failure into a sentence."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SuiteUnusable(f"pip {arguments[0]} failed: {result.stderr.strip()[-400:]}")


def say(line: str) -> None:
    """Tell progress."""
    print(line, file=sys.stderr, flush=True)
