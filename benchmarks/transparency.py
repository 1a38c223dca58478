"""Do real packages' own test suites give the same results instrumented as plain?

    python -m benchmarks.transparency more-itertools boltons

For each package: take its sdist from the package index, make a virtual environment for it, run its suite twice plain and
once instrumented, and compare the outcomes test by test. A test that differs between the two plain runs is unstable on its
own and says nothing about us; it is listed and left out. Exit code 0: all the same; 1: a difference; 2: a suite could not be run.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
# Outside of this repository: pytest takes the configuration of an enclosing project if a suite has none of its own.
WORK = Path(tempfile.gettempdir()) / "flakemark-transparency"
SUITE_LIMIT_S = 900
# What a suite needs beside pytest and the package itself, as its own test configuration names it.
NEEDS: dict[str, tuple[str, ...]] = {
    "anyio": ("trio", "pytest-mock", "pytest-timeout", "exceptiongroup", "hypothesis", "psutil", "trustme", "blockbuster", "truststore"),
    "attrs": ("hypothesis", "cloudpickle"),
    "sortedcontainers": (),
    "toolz": (),
}
PLAIN = ("-p", "no:flakemark")
INSTRUMENTED = (*PLAIN, "-p", "flakemark.trace.session")

Outcomes = Mapping[str, tuple[str, ...]]


class SuiteUnusable(Exception):
    """The suite could not be fetched, prepared or run; the message says why."""


@dataclass(frozen=True, slots=True)
class Suite:
    """An unpacked sdist and the interpreter that has what its tests need."""

    name: str
    tree: Path
    python: Path


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one suite did; `different` and `unstable` hold test names, sorted; `untouched` counts modules without probes."""

    name: str
    tests: int
    different: tuple[str, ...]
    unstable: tuple[str, ...]
    untouched: int
    plain_s: float
    instrumented_s: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare every named package and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transparency", description="Compare suites plain and instrumented.")
    parser.add_argument("packages", nargs="+", metavar="PACKAGE", help="a name on the package index, or name==version")
    parser.add_argument("--with", dest="needs", action="append", default=[], metavar="REQUIREMENT", help="what the suites need besides")
    parser.add_argument("--keep", action="store_true", help="use environments of an earlier run again")
    options = parser.parse_args(arguments)
    status = 0
    rows = []
    for package in options.packages:
        try:
            result = compare(prepare(package, options.needs, keep=options.keep))
        except SuiteUnusable as problem:
            print(f"{package}: {problem}", file=sys.stderr)
            status = 2
            continue
        rows.append(result)
        status = max(status, 1 if result.different else 0)
    print_table(rows)
    return status


def prepare(package: str, needs: Sequence[str], *, keep: bool) -> Suite:
    """Fetch and unpack the sdist; make its environment with the package, its tests' needs and this tracer."""
    name = re.split(r"[=<>!~]", package)[0]
    home = WORK / name
    python = home / "venv" / "bin" / "python"
    if not (keep and python.exists()):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        say(f"{name}: fetching the sdist")
        pip(Path(sys.executable), "download", "--no-binary", ":all:", "--no-deps", "--dest", str(home / "sdist"), package)
        unpack(next((home / "sdist").iterdir()), home / "tree")
        say(f"{name}: making its environment")
        venv.create(home / "venv", with_pip=True)
        pip(python, "install", "pytest", "--editable", str(next((home / "tree").iterdir())), *NEEDS.get(name, ()), *needs)
    # Not editable: this repository's folder on the path would shadow the package's own `tests`.
    pip(python, "install", "--force-reinstall", "--no-deps", str(ROOT))
    return Suite(name, next((home / "tree").iterdir()), python)


def unpack(archive: Path, target: Path) -> None:
    """Unpack an sdist without letting it write outside of the target."""
    with tarfile.open(archive) as tar:
        if hasattr(tarfile, "data_filter"):
            tar.extractall(target, filter="data")
        else:
            raise SuiteUnusable("this Python cannot unpack safely; take a newer patch release")


def compare(suite: Suite) -> Comparison:
    """Run the suite plain, plain again, and instrumented."""
    plain, plain_s = run(suite, "plain", PLAIN, {})
    again, _ = run(suite, "again", PLAIN, {})
    traced, traced_s = run(suite, "instrumented", INSTRUMENTED, {"FLAKEMARK_TRACE_ROOT": str(suite.tree)})
    unstable = {test for test in plain.keys() | again.keys() if plain.get(test) != again.get(test)}
    different = {test for test in plain.keys() | traced.keys() if plain.get(test) != traced.get(test)} - unstable
    for test in sorted(different):
        say(f"{suite.name}: {test}: plain {plain.get(test)}, instrumented {traced.get(test)}")
    log = (suite.tree.parent.parent / "instrumented.log").read_text(encoding="utf-8", errors="replace")
    untouched = [line for line in log.splitlines() if "loaded without probes" in line]
    for line in untouched:
        say(f"{suite.name}: {line}")
    return Comparison(suite.name, len(plain), tuple(sorted(different)), tuple(sorted(unstable)), len(untouched), plain_s, traced_s)


def run(suite: Suite, label: str, options: Sequence[str], variables: Mapping[str, str]) -> tuple[Outcomes, float]:
    """Run the suite once in a fresh process; return the outcomes by test, and wall-clock seconds."""
    say(f"{suite.name}: running {label}")
    report = suite.tree.parent.parent / f"{label}.xml"
    report.unlink(missing_ok=True)
    leaks = ("PYTEST_", "PYTHON", "FLAKEMARK_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(leaks)}
    # One hash seed for all: we compare instrumentation, not luck. No bytecode: a stale file would hide a rewriting mistake.
    environment |= {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", **variables}
    command = [str(suite.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    command += [f"--junit-xml={report}", "-o", "junit_family=xunit2"]
    started = time.monotonic()
    with (report.with_suffix(".log")).open("wb") as log:
        try:
            subprocess.run(command, cwd=suite.tree, env=environment, stdout=log, stderr=log, timeout=SUITE_LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            raise SuiteUnusable(f"{label} took more than {SUITE_LIMIT_S} s; see {log.name}") from None
    seconds = time.monotonic() - started
    if not report.exists():
        raise SuiteUnusable(f"{label} wrote no report; see {log.name}")
    if not (found := outcomes(report)):
        raise SuiteUnusable(f"{label} ran no test; see {log.name}")
    return found, seconds


def outcomes(report: Path) -> Outcomes:
    """Read JUnit into test name -> outcomes with messages; a test has several if its teardown failed too."""
    found: dict[str, tuple[str, ...]] = {}
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written by pytest on this machine
        name = f"{case.get('classname')}::{case.get('name')}"
        results = [f"{part.tag}: {stable(part.get('message', ''))}" for part in case if part.tag in {"failure", "error", "skipped"}]
        found[name] = (*found.get(name, ()), *(results or ["passed"]))
    return found


def stable(message: str) -> str:
    """Take addresses, which differ in every run, out of a message."""
    return re.sub(r"0x[0-9a-f]+", "0x", message)


def pip(python: Path, *arguments: str) -> None:
    """Run pip quietly; turn its failure into a sentence."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SuiteUnusable(f"pip {arguments[0]} failed: {result.stderr.strip()[-400:]}")


def print_table(rows: Sequence[Comparison]) -> None:
    """Print what goes into benchmarks/README.md."""
    print("| package | tests | different | unstable by themselves | modules without probes | plain | instrumented |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        ratio = row.instrumented_s / row.plain_s
        counts = f"{row.tests} | {len(row.different)} | {len(row.unstable)} | {row.untouched}"
        print(f"| {row.name} | {counts} | {row.plain_s:.1f} s | {row.instrumented_s:.1f} s ({ratio:.1f}x) |")


def say(line: str) -> None:
    """Tell progress."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
