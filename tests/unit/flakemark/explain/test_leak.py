"""What is left open: the line that acquires comes first, what decides is told."""

from __future__ import annotations

from flakemark.explain.confidence import LEAK as LEAK_TIER
from flakemark.explain.leak import acquired
from flakemark.model import Category, Cause, Diagnosis, DivergenceType, NodeId, Status, Verdict
from flakemark.runs import StateWrite

LEAK = StateWrite("tides.py", 24, "connect", "ResourceWarning: unclosed <socket.socket fd=9>")
WAIT = Cause(
    file="tides.py", line=53, end_line=53, function="today", source="asker.join(patience)", divergence_type=DivergenceType.TIMING_DELTA,
    category=Category.ASYNC_WAIT, status=Status.CONFIRMED, confidence=0.88, title="the wait here is too short", detail="when it is late",
)  # fmt: skip
FOUND = Diagnosis(nodeid=NodeId("test_x.py::test_x"), verdict=Verdict.FLAKY, cause=WAIT, candidates=(WAIT,))


def source(file: str, line: int) -> str:
    return f"{file}:{line}"


def test_the_line_that_acquires_comes_first_and_what_decides_is_told() -> None:
    found = acquired(FOUND, LEAK, source)
    assert found.cause is not None
    assert (found.cause.file, found.cause.line, found.cause.end_line, found.cause.source) == ("tides.py", 24, 24, "tides.py:24")
    assert (found.cause.category, found.cause.confidence) == (Category.RESOURCE_LEAK, round(LEAK_TIER.rate, 3))
    assert "unclosed" in found.cause.detail
    assert "decided at tides.py:53: the wait here is too short" in found.cause.detail
    assert found.candidates == (found.cause, WAIT)
    assert found.chain[0].line == 53
    assert found.fix is not None
    assert "Close it" in found.fix.advice


def test_where_nothing_was_found_to_decide_it_is_correlated() -> None:
    found = acquired(Diagnosis(nodeid=FOUND.nodeid, verdict=Verdict.FLAKY), LEAK, source)
    assert found.cause is not None
    assert (found.cause.line, found.cause.status) == (24, Status.CORRELATED)
    assert found.cause.detail == LEAK.value
    assert found.chain == ()


def test_nothing_is_said_twice_and_nothing_of_a_regression() -> None:
    assert acquired(FOUND, StateWrite("tides.py", 53, "today", ""), source) is FOUND
    broken = Diagnosis(nodeid=FOUND.nodeid, verdict=Verdict.CONSISTENT_FAILURE)
    assert acquired(broken, LEAK, source) is broken
