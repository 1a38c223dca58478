"""Something is left open, whatever decides that it is: where it was acquired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle

from flakemark.isolate.leaks import isolate_leak
from flakemark.model import NodeId
from flakemark.reproduction import Reproduction
from flakemark.runs import Failure, RunRequest, RunResult, StateWrite
from tests.unit.flakemark.scripted import Scripted, failing_at, once, told

UNCLOSED = failing_at("test_x.py:9", exception="PytestUnraisableExceptionWarning", message="ResourceWarning: unclosed <socket.socket fd=9>")
HERE, THERE = StateWrite("tides.py", 24, "connect", "ResourceWarning: fd=9"), StateWrite("tides.py", 30, "other", "ResourceWarning: fd=8")


def leak_of(failure: Failure, writes: Iterator[StateWrite | None], *, recorded: bool = False) -> StateWrite | None:
    class Telling(Scripted):
        def _one(self, request: RunRequest) -> RunResult:
            write = next(writes) if request.follow else None
            return replace(super()._one(request), writes=(write,) if write is not None else ())

    runner = Telling(lambda _: failure)
    found = Reproduction(failing=[once(runner)], failure=failure, known=True, recorded=recorded, wants=lambda other: other == failure)
    return isolate_leak(runner, found, told)


def test_the_line_that_acquires_is_found() -> None:
    assert leak_of(UNCLOSED, cycle([HERE, replace(HERE, value="ResourceWarning: fd=10")])) == HERE


def test_several_lines_are_none() -> None:
    assert leak_of(UNCLOSED, cycle([HERE, THERE])) is None


def test_without_a_line_of_the_project_there_is_none() -> None:
    assert leak_of(UNCLOSED, cycle([None])) is None


def test_other_failures_and_those_that_cannot_be_repeated_are_not_asked_about() -> None:
    assert leak_of(failing_at("test_x.py:9"), cycle([HERE])) is None
    assert leak_of(UNCLOSED, cycle([HERE]), recorded=True) is None


def test_what_other_tests_leave_open_is_none_of_the_victims() -> None:
    runner = Scripted(lambda _: UNCLOSED, writes=(HERE,))
    run = once(runner)
    after = replace(run, request=replace(run.request, before=(NodeId("test_x.py::test_before"),)))
    found = Reproduction(failing=[after], failure=UNCLOSED, known=True, wants=lambda other: other == UNCLOSED)
    assert isolate_leak(runner, found, told) is None
