"""Rules of the configuration file for some paths: tests to ignore, budgets and installations of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

_MAX_PATH = 1_000  # names of tests are hostile
_ANY = "**"


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for the tests whose file matches a pattern; None where the rule says nothing.

    Attributes:
        pattern: path relative to the repository; `*` matches within a folder, `**` any folders, a folder all that is in it.
        ignore: whether failures of these tests are passed over.
        budget: seconds that the diagnosis of one test may take.
        install: shell commands that install what these tests need.
    """

    pattern: str
    ignore: bool | None = None
    budget: float | None = None
    install: str | None = None


def rule_for(path: str, rules: Sequence[Rule]) -> Rule:
    """Return what holds for a file: of several rules that match the later one counts, key by key.

    Args:
        path: of the test's file, relative to the repository, forward slashes.
        rules: in the order of the configuration file.
    """
    found = Rule(path)
    for rule in rules:
        if matches(path, rule.pattern):
            found = Rule(
                path,
                found.ignore if rule.ignore is None else rule.ignore,
                found.budget if rule.budget is None else rule.budget,
                found.install if rule.install is None else rule.install,
            )
    return found


def matches(path: str, pattern: str) -> bool:
    """Say whether a path, or a folder that it lies in, matches a pattern; O(parts of the path * parts of the pattern)."""
    wanted = tuple(part for part in pattern.split("/") if part not in ("", "."))
    reached = _skipped({0}, wanted) if wanted else set()
    for part in path[:_MAX_PATH].split("/"):
        if len(wanted) in reached:
            return True  # what is left of the path lies in the folder that matched
        stay = {at for at in reached if wanted[at] == _ANY}
        reached = _skipped(stay | {at + 1 for at in reached - stay if fnmatchcase(part, wanted[at])}, wanted)
    return bool(wanted) and len(wanted) in reached


def _skipped(reached: set[int], wanted: Sequence[str]) -> set[int]:
    """Add the places in the pattern that are reached because `**` may stand for no folder at all."""
    for at in range(len(wanted)):
        if at in reached and wanted[at] == _ANY:
            reached = reached | {at + 1}
    return reached
