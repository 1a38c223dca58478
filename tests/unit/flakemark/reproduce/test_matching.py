"""Whether a failure is *the* failure."""

from __future__ import annotations

import pytest

from flakemark.reproduce.matching import reported as is_reported
from tests.unit.flakemark.scripted import failing_at, reported

FAILURE = failing_at("test_x.py:9")


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({"message": ""}, True),  # the report says too little
        ({"message": "AssertionError: assert 3 == 4"}, True),  # values may differ
        ({"message": "assert False"}, True),  # pytest's message of an assertion without the name of the exception
        ({"message": "KeyError: 'cart'"}, False),
        ({"crash": "test_x.py:9", "message": "KeyError: 'cart'"}, True),  # the line decides
        ({"crash": "test_x.py:8"}, False),
        ({"phase": "setup"}, False),
        ({"phase": "teardown", "message": ""}, False),
    ],
)
def test_phase_line_and_exception_decide(facts: dict[str, str], answer: bool) -> None:
    assert is_reported(reported(**facts), FAILURE) is answer


def test_failures_are_alike_whatever_their_messages_say() -> None:
    assert FAILURE.is_like(failing_at("test_x.py:9", message="assert 3 == 4"))
    assert not FAILURE.is_like(failing_at("test_x.py:9", exception="KeyError"))
    assert not FAILURE.is_like(failing_at("test_x.py:8"))
    assert not FAILURE.is_like(None)


def test_what_the_garbage_collector_found_is_one_failure_however_much_and_in_whichever_phase() -> None:
    several = failing_at("conftest.py:1", exception="ExceptionGroup", message="multiple unraisable exception warnings (2 sub-exceptions)")
    one = failing_at("conftest.py:9", exception="PytestUnraisableExceptionWarning", message="Exception ignored in: <_io.FileIO>")
    told = reported(message="pytest.PytestUnraisableExceptionWarning: Exception ignored in: <socket.socket>", phase="setup")
    assert several.is_like(one)
    assert is_reported(told, several)
    assert is_reported(told, one)
    assert not is_reported(told, FAILURE)
    assert not several.is_like(FAILURE)
