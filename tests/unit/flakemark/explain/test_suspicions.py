"""A failure that never came again: what its message and the trace of a passing run suggest, and how to test it."""

from __future__ import annotations

import shlex

import pytest

from flakemark.events import Trace
from flakemark.explain.suspicions import MOST, suspicions
from flakemark.model import Category, FailedTest, NodeId, Status
from tests.unit.flakemark.scripted import EMPTY, site, trace_of


def read_line(file: str, line: int) -> str:
    return f"line {line}"


def guessed(
    message: str, trace: Trace = EMPTY, *, nodeid: str = "tests/test_x.py::test_y", crash: str = "tests/test_x.py:9"
) -> list[Category]:
    test = FailedTest(nodeid=NodeId(nodeid), message=message, crash=crash)
    return [one.cause.category for one in suspicions(test, [trace], read_line)]


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("ConnectionRefusedError: [Errno 111] Connection refused", Category.NETWORK),
        ("OSError: [Errno 98] Address already in use", Category.NETWORK),
        ("UnicodeDecodeError: 'ascii' codec can't decode byte 0xc3", Category.TIMEZONE_LOCALE),
        ("FileExistsError: [Errno 17] File exists: 'a.db'", Category.FILESYSTEM),
        ("OSError: [Errno 24] Too many open files", Category.RESOURCE_LEAK),
        ("TimeoutError: nothing came", Category.ASYNC_WAIT),
        ("RuntimeError: dictionary changed size during iteration", Category.CONCURRENCY),
        ("assert 0.30000000000000004 == 0.3", Category.FLOATING_POINT),
        ("ReferenceError: weakly-referenced object no longer exists", Category.MEMORY_GC),
    ],
)
def test_the_message_says_most(message: str, category: Category) -> None:
    drawn = trace_of(("main", site("tests/test_x.py:4", source="draw"), 3))
    assert guessed(message, drawn)[0] == category


def test_what_the_test_touches_comes_after_what_the_message_says() -> None:
    trace = trace_of(("main", site("shop.py:4", source="clock"), 1.5), ("main", site("tests/test_x.py:5", source="draw"), 3))
    assert guessed("TimeoutError", trace) == [Category.ASYNC_WAIT, Category.RANDOMNESS, Category.TIME]


def test_the_place_is_the_last_of_its_kind_before_the_failure() -> None:
    trace = trace_of(*(("main", site(f"tests/test_x.py:{line}", source="draw", function="test_y"), 1) for line in (3, 7, 12)))
    test = FailedTest(nodeid=NodeId("tests/test_x.py::test_y"), message="AssertionError", crash="tests/test_x.py:9")
    [one] = suspicions(test, [trace], read_line)
    assert (one.cause.file, one.cause.line, one.cause.function, one.cause.source) == ("tests/test_x.py", 7, "test_y", "line 7")


def test_every_suspicion_is_called_one_and_is_no_cause() -> None:
    test = FailedTest(nodeid=NodeId("tests/test_x.py::test_y"), message="TimeoutError FileNotFoundError Connection refused", crash="a.py:1")
    for one in suspicions(test, [EMPTY], read_line):
        assert one.cause.status is Status.SUSPECTED
        assert one.cause.title.startswith("suspected only: ")
        assert one.cause.confidence < 0.5


def test_a_message_that_says_nothing_and_a_test_that_touches_nothing_give_none() -> None:
    assert guessed("AssertionError: assert False") == []


def test_a_failure_in_a_package_of_somebody_else_is_not_named_as_a_line() -> None:
    assert guessed("TimeoutError", crash="/usr/lib/python3/socket.py:12") == []


def test_there_are_not_too_many() -> None:
    everything = "ConnectionError TimeoutError FileNotFoundError MemoryError UnicodeDecodeError random datetime deadlock ReferenceError"
    assert len(guessed(everything)) == MOST


@pytest.mark.parametrize("nodeid", ["tests/test_x.py::test_y[it's $(here)]", "tests/test_x.py::test_y"])
@pytest.mark.parametrize("message", ["TimeoutError", "Too many open files", "assert 0.30000000000000004 == 0.3", "Address already in use"])
def test_the_command_names_the_test_however_it_is_spelled(nodeid: str, message: str) -> None:
    test = FailedTest(nodeid=NodeId(nodeid), message=message, crash="tests/test_x.py:9")
    words = shlex.split(suspicions(test, [EMPTY], read_line)[0].command)
    inner = shlex.split(words[words.index("-c") + 1]) if "-c" in words else words
    assert any(word.rstrip(";") == nodeid for word in inner)
