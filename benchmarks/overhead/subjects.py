"""What is run: three suites that need the processor, a tight loop, and nothing at all."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.overhead.peers import Way
from benchmarks.transparency.fetch import Suite, pip, prepare

HERE = Path(__file__).parent
LINES = 2_000_000
# Three lines a round: a value that is stored, a branch, and on every second round an augmented assignment.
LOOP = """\
import os


def work(rounds):
    total = 0
    for n in range(rounds):
        x = n * 3
        if x % 2:
            total += x
    return total


def test_loop():
    assert work(int(os.environ["LOOP_LINES"]) // 3) >= 0
"""
PARTS = {"networkx": ("networkx/algorithms/tests/test_[abcd]*.py",)}


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to be run.

    Attributes:
        name: in the table.
        tree: the working directory.
        python: the interpreter.
        part: arguments of pytest; patterns are expanded.
    """

    name: str
    tree: Path
    python: Path
    part: tuple[str, ...] = ()


def suite(package: str, needs: tuple[str, ...], *, keep: bool) -> Subject:
    """Fetch a package with its tests, and install the peers beside it."""
    made: Suite = prepare(package, needs, keep=keep)
    patterns = PARTS.get(package, ())
    part = tuple(str(path.relative_to(made.tree)) for pattern in patterns for path in sorted(made.tree.glob(pattern)))
    return Subject(package, made.tree, made.python, part or made.part)


def loop(folder: Path, python: Path) -> Subject:
    """Write the project with the tight loop."""
    tree = folder / "loop"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    (tree / "test_loop.py").write_text(LOOP, encoding="utf-8")
    return Subject("tight loop", tree, python)


def nothing(folder: Path, python: Path) -> Subject:
    """Write a project with one test that does nothing."""
    tree = folder / "nothing"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    (tree / "test_nothing.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
    return Subject("start-up", tree, python)


def seconds(subject: Subject, way: Way, out: Path, lines: int = LINES) -> float:
    """Run once; returns the processor time of the process and all its children, in seconds."""
    for name in ("lines", "locals", "hunter"):
        shutil.copy(HERE / "tracers.py", out / f"peer_{name}.py")
    leaks = ("PYTEST_", "PYTHON", "FLAKEMARK_", "COVERAGE_")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(leaks)}
    variables |= {"PYTHONHASHSEED": "0", "PYTHONPATH": str(out), "LOOP_LINES": str(lines), **way.variables}
    variables["FLAKEMARK_TRACE_ROOT"] = str(subject.tree)
    filled = [part.format(out=out) for part in (*way.before, "-m", "pytest", "-q", "-p", "no:cacheprovider", *way.options)]
    if way.before:
        filled.remove("-m") if filled[0] != "-m" else None
    process = subprocess.Popen(
        [str(subject.python), *filled, *subject.part], cwd=subject.tree, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{subject.name}: {way.name} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime


def install(python: Path, needs: tuple[str, ...]) -> None:
    """Install the peers."""
    pip(python, "install", *needs)
