"""Something is left open, whatever decides that it is: where it was acquired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle

from flakemark.isolate.leaks import isolate_leak
from flakemark.isolation import Isolation, Tally, TimingFlip
from flakemark.reproduction import Reproduction
from flakemark.runs import Failure, RunRequest, RunResult, StateWrite
from tests.unit.flakemark.isolate.late import WAIT
from tests.unit.flakemark.scripted import VICTIM, Scripted, failing_at, told

UNCLOSED = failing_at("test_x.py:9", exception="PytestUnraisableExceptionWarning", message="ResourceWarning: unclosed <socket.socket fd=9>")
HERE, THERE = StateWrite("tides.py", 24, "connect", "ResourceWarning: fd=9"), StateWrite("tides.py", 30, "other", "ResourceWarning: fd=8")

FLIP = TimingFlip(
    kind="wait", sites=(WAIT,), delayed="thread work#1", to_failing=Tally(0, 30), to_passing=Tally(30, 0), base=Tally(4, 0),
    failing_request=RunRequest(victim=VICTIM, seed=1), passing_request=RunRequest(victim=VICTIM, seed=2),
)  # fmt: skip


def leak_of(failure: Failure, writes: Iterator[StateWrite | None], flip: TimingFlip | None) -> StateWrite | None:
    class Telling(Scripted):
        def _one(self, request: RunRequest) -> RunResult:
            write = next(writes) if request.follow else None
            return replace(super()._one(request), writes=(write,) if write is not None else ())

    found = Reproduction(failure=failure, known=True, wants=lambda other: other == failure)
    return isolate_leak(Telling(lambda _: failure), found, Isolation(timing=flip), told)


def test_the_line_that_acquires_is_found() -> None:
    assert leak_of(UNCLOSED, cycle([HERE, replace(HERE, value="ResourceWarning: fd=10")]), FLIP) == HERE


def test_several_lines_are_none() -> None:
    assert leak_of(UNCLOSED, cycle([HERE, THERE]), FLIP) is None


def test_without_a_line_of_the_project_there_is_none() -> None:
    assert leak_of(UNCLOSED, cycle([None]), FLIP) is None


def test_other_failures_and_those_that_nothing_forces_are_not_asked_about() -> None:
    assert leak_of(failing_at("test_x.py:9"), cycle([HERE]), FLIP) is None
    assert leak_of(UNCLOSED, cycle([HERE]), None) is None
