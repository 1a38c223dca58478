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
SLOW_LINES = LINES // 20
LIMIT_S = 900.0
# Four and a half lines a round: the loop, a call and what it returns, a branch, and every second time an augmented assignment.
LOOP = """\
import os
from time import process_time


def triple(n):
    return n * 3


def work(rounds):
    total = 0
    for n in range(rounds):
        x = triple(n)
        if x % 2:
            total += x
    return total


def test_loop():
    started = process_time()
    assert work(int(os.environ["LOOP_LINES"]) * 2 // 9) >= 0
    with open(os.environ["LOOP_SECONDS"], "w") as file:
        file.write(repr(process_time() - started))
"""
# Of networkx what needs the processor most, and ends within seconds. The others are run whole.
PARTS = {"networkx": ("networkx/algorithms/isomorphism", "networkx/algorithms/community")}


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to be run.

    Attributes:
        name: in the table.
        tree: the working directory.
        python: the interpreter.
        part: arguments of pytest.
        times_itself: whether it says what it took: start-up is not the matter of a loop.
    """

    name: str
    tree: Path
    python: Path
    part: tuple[str, ...] = ()
    times_itself: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took.

    Attributes:
        seconds: of the processor, the process and its children.
        mebibytes: the most memory that the process had.
    """

    seconds: float
    mebibytes: float


class Failed(Exception):
    """A run ended otherwise than a run of pytest does; the message says how."""


def suite(package: str, needs: tuple[str, ...], *, keep: bool) -> Subject:
    """Fetch a package with its tests, and install the peers beside it."""
    made: Suite = prepare(package, needs, keep=keep)
    patterns = PARTS.get(package, ())
    part = tuple(str(path.relative_to(made.tree)) for pattern in patterns for path in sorted(made.tree.glob(pattern)))
    return Subject(package, made.tree, made.python, part or made.part)


def original(python: Path, requirement: str, out: Path) -> None:
    """Install the original beside us, where only its own run finds it: it has our name."""
    pip(python, "install", "--no-deps", "--upgrade", "--target", str(out / "original"), requirement)


def loop(folder: Path, python: Path) -> Subject:
    """Write the project with the tight loop."""
    return Subject("tight loop", _project(folder / "loop", "test_loop.py", LOOP), python, times_itself=True)


def nothing(folder: Path, python: Path) -> Subject:
    """Write a project with one test that does nothing."""
    return Subject("start-up", _project(folder / "nothing", "test_nothing.py", "def test_nothing():\n    pass\n"), python)


def _project(tree: Path, name: str, source: str) -> Path:
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    (tree / name).write_text(source, encoding="utf-8")
    return tree


def run(subject: Subject, way: Way, out: Path, lines: int = LINES) -> Cost:
    """Run once.

    Raises:
        Failed: it did not end as a run of pytest does, or not in time.
    """
    for name in ("lines", "locals", "hunter"):
        shutil.copy(HERE / "tracers.py", out / f"peer_{name}.py")
    if way.first:
        for compiled in list(subject.tree.rglob("__pycache__")):
            shutil.rmtree(compiled)
    told = out / "seconds"
    told.unlink(missing_ok=True)
    own = out / "caches" / f"{subject.name}-{way.name}".replace(" ", "-").replace(",", "")
    filled = [part.replace("{out}", str(out)).replace("{own}", str(own)) for part in _arguments(subject, way)]
    cost = _measured([str(subject.python), *filled], subject, _environment(subject, way, out, lines), way.name)
    if not subject.times_itself:
        return cost
    if not told.exists():
        raise Failed(f"{subject.name}: {way.name} did not run the loop")
    return Cost(float(told.read_text()) * LINES / lines, cost.mebibytes)


def _arguments(subject: Subject, way: Way) -> list[str]:
    if way.program:
        return ["-c", way.program]
    if way.before:
        module = ["-m", "pytest"] if "coverage" in way.before else [str(subject.python.parent / "pytest")]
        return [*way.before, *module, "-q", *way.options, *subject.part]
    return ["-m", "pytest", "-q", *way.options, *subject.part]


def _environment(subject: Subject, way: Way, out: Path, lines: int) -> dict[str, str]:
    leaks = ("PYTEST_", "PYTHON", "FLAKEMARK_", "COVERAGE_")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(leaks)}
    variables |= {"PYTHONHASHSEED": "0", "PYTHONPATH": str(out), "FLAKEMARK_TRACE_ROOT": str(subject.tree)}
    variables |= {"LOOP_LINES": str(lines), "LOOP_SECONDS": str(out / "seconds")}
    return variables | {name: value.replace("{out}", str(out)) for name, value in way.variables.items()}


def _measured(command: list[str], subject: Subject, variables: dict[str, str], name: str) -> Cost:
    limited = ["timeout", "--kill-after=10", str(LIMIT_S), *command]
    process = subprocess.Popen(limited, cwd=subject.tree, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise Failed(f"{subject.name}: {name} ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
