"""Which of the failed tests are diagnosed here: not the ignored ones, those of the shard, and of failures that look alike few."""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from posixpath import join, normpath

from flakebot.rules import Rule, rule_for
from flakebot.settings import Shard
from flakemark.model import FailedTest

_START_S = 1.0  # what a test costs beside its own time
_MAX_NAMES = 10
_VALUES = re.compile(r"""0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?|'[^'\n]*'|"[^"\n]*\"""")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which failed tests are diagnosed here.

    Attributes:
        chosen: to be run, in report order.
        uncollected: what pytest could not collect, or what is no node id; there is no test to run.
        left_out: beyond the limit of tests.
        ignored: by a rule of the configuration file.
    """

    chosen: tuple[FailedTest, ...]
    uncollected: tuple[FailedTest, ...] = ()
    left_out: tuple[FailedTest, ...] = ()
    ignored: tuple[FailedTest, ...] = ()


def select(
    failed: Sequence[FailedTest], *, shard: Shard | None, max_tests: int, rules: Sequence[Rule] = (), folder: str = "."
) -> Selection:
    """Choose the tests to diagnose.

    Evidence of flakiness comes first; then one test of each message, then a second one of each and so on, from other files and
    lines where there are some: five hundred victims of one polluter leave room for the others, though each fails at a line of its own.

    Args:
        failed: of the JUnit reports, in report order.
        shard: the part that this job takes, None for all.
        max_tests: how many are run at most.
        rules: of the configuration file.
        folder: the project's, relative to the repository.
    """
    files = {file: rule_for(_path(file, folder), rules).ignore for file in dict.fromkeys(map(_file, failed))}
    ignored = tuple(test for test in failed if files[_file(test)])
    passed_over = {test.nodeid for test in ignored}
    ours = share([test for test in failed if test.nodeid not in passed_over], shard)
    tests = [test for test in ours if is_test(test)]
    ranked = {test.nodeid for test in _by_variety(tests)[:max_tests]}
    return Selection(
        chosen=tuple(test for test in tests if test.nodeid in ranked),
        uncollected=tuple(test for test in ours if not is_test(test)),
        left_out=tuple(test for test in tests if test.nodeid not in ranked),
        ignored=ignored,
    )


def share(failed: Sequence[FailedTest], shard: Shard | None) -> list[FailedTest]:
    """Return the part of one job: about as many seconds for each, and for every job of the matrix the same parts.

    The longest test goes to the shard with the least to do (Graham, Bounds on Multiprocessing Timing Anomalies, 1969); among
    equal ones a hash of the node id decides. O(n log n).
    """
    if shard is None:
        return list(failed)
    loads = [(0.0, number) for number in range(1, shard.total + 1)]
    owner = {}
    for test in sorted(failed, key=lambda test: (-test.seconds, _digest(test.nodeid))):
        load, number = loads[0]
        owner[test.nodeid] = number
        heapq.heapreplace(loads, (load + test.seconds + _START_S, number))
    return [test for test in failed if owner[test.nodeid] == shard.number]


def rule_of(test: FailedTest, rules: Sequence[Rule], folder: str) -> Rule:
    """Return what the configuration file says for a test."""
    return rule_for(_path(_file(test), folder), rules)


def is_test(test: FailedTest) -> bool:
    """Whether this is an argument that the tracer takes for a test: not a module, and nothing like an option."""
    return test.phase != "collect" and "::" in test.nodeid and not test.nodeid.startswith("-") and "\0" not in test.nodeid


def likeness(test: FailedTest) -> str:
    """Return what tests that fail for one reason share: the first line of the message, without its values."""
    return re.sub(_VALUES, "#", test.message.partition("\n")[0][:500])


def notes(selection: Selection) -> Iterator[str]:
    """Say what is not diagnosed, and which of it fails like something that is."""
    if selection.ignored:
        yield f"{len(selection.ignored)} failed tests are ignored by the configuration file: {_names(selection.ignored)}"
    if not selection.left_out:
        return
    yield f"{len(selection.left_out)} failed tests are over the limit max-tests and were not diagnosed: {_names(selection.left_out)}"
    left: dict[str, list[FailedTest]] = {}
    for test in selection.left_out:
        left.setdefault(likeness(test), []).append(test)
    for kind, test in {likeness(test): test for test in reversed(selection.chosen)}.items():
        if (alike := left.get(kind)) and kind:
            yield f"{len(alike)} of them failed like {test.nodeid}, with the same message but for its values: {_names(alike)}"


def _by_variety(tests: Sequence[FailedTest]) -> list[FailedTest]:
    """Those that passed in another attempt first; then in turns of the messages, of the files and of the lines that raised."""
    flaky = [test for test in tests if test.failures < test.attempts]
    return _in_turns(flaky, _LEVELS) + _in_turns([test for test in tests if test.failures >= test.attempts], _LEVELS)


def _in_turns(tests: Sequence[FailedTest], levels: Sequence[Callable[[FailedTest], str]]) -> list[FailedTest]:
    """One of each kind, then a second one of each and so on; those of one kind in turns of the next level."""
    if not levels:
        return list(tests)
    kinds: dict[str, list[FailedTest]] = {}
    for test in tests:
        kinds.setdefault(levels[0](test), []).append(test)
    rounds = zip_longest(*(_in_turns(kind, levels[1:]) for kind in kinds.values()))
    return [test for one in rounds for test in one if test is not None]


_LEVELS: Sequence[Callable[[FailedTest], str]] = (likeness, lambda test: test.crash.rpartition(":")[0], lambda test: test.crash)


def _file(test: FailedTest) -> str:
    return test.nodeid.partition("::")[0]


def _path(file: str, folder: str) -> str:
    return normpath(join(folder, file))


def _names(tests: Sequence[FailedTest]) -> str:
    more = f" and {len(tests) - _MAX_NAMES} more" if len(tests) > _MAX_NAMES else ""
    return f"{', '.join(test.nodeid for test in tests[:_MAX_NAMES])}{more}"


def _digest(nodeid: str) -> bytes:
    """Not `hash`: every job of the matrix has to come to the same answer."""
    return hashlib.sha256(nodeid.encode("utf-8", "surrogatepass")).digest()
