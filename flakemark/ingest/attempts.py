"""Fold the testcases of one name into one failed test with its attempts.

Three writers make several testcases of one test: pytest for a failed call whose teardown fails too (one attempt),
unittest-xml-reporting for subtests (one attempt), and pytest-rerunfailures for every try, of which the failed
earlier ones have no child element and look passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flakemark.ingest.testcases import Problem, Testcase
from flakemark.model import NodeId


@dataclass(frozen=True, slots=True)
class Attempts:
    """What one report says about one test.

    Attributes:
        count: attempts that were not skipped.
        failures: attempts that failed, hidden ones included.
        problem: of the first attempt that shows one.
        seconds: of the longest attempt.
    """

    count: int
    failures: int
    problem: Problem | None
    seconds: float = 0.0


def fold(cases: Iterable[tuple[NodeId, Testcase]]) -> dict[NodeId, Attempts]:
    """Fold the testcases of one file, in document order.

    Returns:
        The attempts by node id, in order of first occurrence; tests that were only skipped have a count of 0.
    """
    suites: dict[int, dict[NodeId, list[Testcase]]] = {}
    for nodeid, case in cases:
        suites.setdefault(case.suite, {}).setdefault(nodeid, []).append(case)
    folded: dict[NodeId, Attempts] = {}
    for tests in suites.values():
        attempts = {nodeid: _attempts(group) for nodeid, group in tests.items()}
        reran = not _is_each_of_several_workers(attempts.values())
        for nodeid, tries in attempts.items():
            longest = max(case.seconds for case in tests[nodeid])
            folded[nodeid] = add(folded.get(nodeid), replace(_count(tries, reran=reran), seconds=longest))
    return folded


def add(left: Attempts | None, right: Attempts) -> Attempts:
    """Add the attempts of two reports or suites; the earlier problem stays."""
    if left is None:
        return right
    return Attempts(
        left.count + right.count, left.failures + right.failures, left.problem or right.problem, max(left.seconds, right.seconds)
    )


def _attempts(cases: Sequence[Testcase]) -> list[Problem | None]:
    """One entry per attempt: its problem, or None if it shows none."""
    tries: list[Problem | None] = []
    subtests = False
    for case in cases:
        if case.skipped and not case.problem:
            continue
        if tries and ((case.subtest and subtests) or _is_teardown_of(case, tries[-1])):
            tries[-1] = tries[-1] or case.problem
        else:
            tries.append(case.problem)
        subtests = case.subtest
    return tries


def _is_teardown_of(case: Testcase, last: Problem | None) -> bool:
    return bool(case.problem and case.problem.phase == "teardown" and last and last.phase == "call")


def _is_each_of_several_workers(groups: Iterable[Sequence[object]]) -> bool:
    """`--dist=each` runs every test equally often; reruns repeat some."""
    counts = [len(group) for group in groups if group]
    return len(counts) > 1 and min(counts) > 1 and min(counts) == max(counts)


def _count(tries: Sequence[Problem | None], *, reran: bool) -> Attempts:
    shown = [problem for problem in tries if problem]
    failures = len(tries) - (tries[-1] is None) if reran and tries else len(shown)
    return Attempts(len(tries), failures, shown[0] if shown else None)
