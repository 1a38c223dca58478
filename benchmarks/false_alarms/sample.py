"""Tests that pass, and a seeded choice of them."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.false_alarms.suites import chosen_part
from benchmarks.transparency.compare import PLAIN, run
from benchmarks.transparency.fetch import Suite

PASSED = re.compile(r"^PASSED (\S+?\.py::.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passing:
    """The tests of a suite that pass.

    Attributes:
        suite: where they are.
        nodeids: pytest's, relative to the suite's tree, in the order in which they ran.
        report: the JUnit report of a run of the suite.
        unstable: node ids that passed in one of two runs only: flaky without us.
    """

    suite: Suite
    nodeids: tuple[str, ...]
    report: Path
    unstable: tuple[str, ...]


def passing(suite: Suite, limit_s: float) -> Passing:
    """Run the suite twice, plainly.

    Raises:
        SuiteUnusable: a run took too long or reported nothing.
    """
    told = []
    for label in ("first", "second"):
        run(suite, label, (*chosen_part(suite), *PLAIN, "--rootdir=.", "-rp"), {}, limit_s)
        told.append(passed((suite.home / f"{label}.log").read_text(encoding="utf-8", errors="replace")))
    both = set(told[0]) & set(told[1])
    report = suite.home / "session.xml"
    shutil.copy(suite.home / "first.xml", report)
    unstable = sorted((set(told[0]) | set(told[1])) - both)
    return Passing(suite, tuple(name for name in told[0] if name in both), report, tuple(unstable))


def passed(output: str) -> list[str]:
    """Read the node ids of what passed from the output of `pytest -rp`, each once, in its order."""
    return list(dict.fromkeys(PASSED.findall(output)))


def spread(available: Mapping[str, Sequence[str]], count: int, seed: int) -> dict[str, tuple[str, ...]]:
    """Choose tests, as evenly over the packages as these have them; fewer than `count` only if there are no more.

    Args:
        available: node ids by package.
        count: how many to choose in all.
        seed: the same one chooses the same tests of the same versions.

    Returns:
        Node ids by package, in the order of the suite.
    """
    shares = _shares({package: len(nodeids) for package, nodeids in available.items()}, count)
    chosen = {}
    for package, nodeids in available.items():
        wanted = set(random.Random(f"{seed} {package}").sample(sorted(nodeids), shares[package]))  # noqa: S311 - a sample
        chosen[package] = tuple(nodeid for nodeid in nodeids if nodeid in wanted)
    return chosen


def _shares(sizes: Mapping[str, int], count: int) -> dict[str, int]:
    """Give every package the same share; what small ones cannot fill goes to the others."""
    shares, left = {}, count
    for number, package in enumerate(sorted(sizes, key=lambda name: (sizes[name], name))):
        shares[package] = min(sizes[package], left // (len(sizes) - number))
        left -= shares[package]
    return shares
