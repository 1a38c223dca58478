"""Small projects on disk, and the real Laboratory on them."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from flakemark.model import NodeId
from flakemark.run.laboratory import Laboratory
from flakemark.run.process import Project
from flakemark.runs import RunRequest, RunResult, Surroundings

MARK = "FLAKEMARK_TEST_FAMILY"
PYTHON = os.environ.get("FLAKEMARK_TEST_PYTHON", sys.executable)  # to try the workers on another interpreter


class Bench:
    """One project and its Laboratory.

    Attributes:
        root: the project's folder.
        lab: runs its tests.
    """

    def __init__(self, root: Path, lab: Laboratory) -> None:
        self.root, self.lab = root, lab

    @property
    def surroundings(self) -> Surroundings:
        return self.lab.surroundings()

    def run(self, victim: str, **wishes: Any) -> RunResult:
        return self.lab.run([self.request(victim, **wishes)])[0]

    def runs(self, victim: str, times: int, **wishes: Any) -> list[RunResult]:
        return self.lab.run([self.request(victim, seed=seed, **wishes) for seed in range(1, times + 1)])

    def request(self, victim: str, *, before: tuple[str, ...] = (), **wishes: Any) -> RunRequest:
        return RunRequest(victim=NodeId(self._whole(victim)), before=tuple(NodeId(self._whole(name)) for name in before), **wishes)

    def _whole(self, name: str) -> str:
        return name if "::" in name and ".py" in name else f"test_it.py::{name}"


Make = Callable[..., Bench]


def write(root: Path, files: str | Mapping[str, str]) -> None:
    for name, text in ({"test_it.py": files} if isinstance(files, str) else files).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")


@pytest.fixture(scope="module")
def make_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Write a project and open a Laboratory on it; closed at the end of the module at the latest."""
    with ExitStack() as stack:

        def make(files: str | Mapping[str, str], *, names: tuple[str, ...] = ("test_it.py",), budget: float = 300, **wishes: Any) -> Bench:
            root = tmp_path_factory.mktemp("project")
            write(root, files)
            defaults = {"python": PYTHON, "order_files": names, "timeout": 20.0}
            project = Project(root=root, files=names, **{**defaults, **wishes})
            return Bench(root, stack.enter_context(Laboratory(project, budget, lanes=2)))

        yield make


@pytest.fixture
def bench(make_bench: Make) -> Iterator[Make]:
    """The same for one test: closed when it is over."""
    made: list[Bench] = []

    def make(*args: Any, **wishes: Any) -> Bench:
        made.append(make_bench(*args, **wishes))
        return made[-1]

    yield make
    for one in made:
        one.lab.close()


@pytest.fixture
def family(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Mark every process that this test causes; the function lists those that are alive."""
    mark = f"{os.getpid()}-{time.monotonic_ns()}"
    monkeypatch.setenv(MARK, mark)
    return lambda: _alive(f"{MARK}={mark}".encode())


def _alive(mark: bytes) -> list[str]:
    """Look through /proc: a process shows the environment with which it was started, whatever its session or parent."""
    return [_command(folder) for folder in _processes() if mark in _read(folder / "environ")]


def command_lines() -> list[str]:
    """List the command lines of all processes but this one."""
    return [_command(folder) for folder in _processes()]


def _processes() -> list[Path]:
    return [folder for folder in Path("/proc").iterdir() if folder.name.isdigit() and int(folder.name) != os.getpid()]


def _command(folder: Path) -> str:
    return _read(folder / "cmdline").replace(b"\0", b" ").decode(errors="replace")[:200]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # ended meanwhile, or somebody else's
        return b""
