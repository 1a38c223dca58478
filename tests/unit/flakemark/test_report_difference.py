"""Two traces side by side: every way in which they part has a section; nothing that a stranger wrote is obeyed by a terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flakemark.align import align
from flakemark.divergence import NOTHING, Divergence
from flakemark.events import Site, Trace, TracedSite, TraceEvent
from flakemark.model import DivergenceType
from flakemark.report.difference import Difference, difference_document, dumps_difference, render_difference


def traced(line: int, *, file: str = "shop/a.py", callee: str = "f", source: str = "") -> TracedSite:
    return TracedSite(Site(f"{file}:{line}:0:call", file, line, line, "total", "call", callee), "draw" if source else "", source)


def divergence(kind: DivergenceType, **more: Any) -> Divergence:
    facts = {"site": traced(5), "passing": 1, "failing": 2, "place": 3, "thread": "main", **more}
    return Divergence(kind=kind, **facts)


def trace(*values: Any) -> Trace:
    return Trace((traced(5),), ("main",), tuple(TraceEvent(0, 0, value, 1_000_000 * at) for at, value in enumerate(values)))


def difference(*found: Divergence, passing: Trace | None = None, failing: Trace | None = None) -> Difference:
    return Difference(
        passing_file="p.trace", failing_file="f.trace", passing=passing or trace(1), failing=failing or trace(2), divergences=found
    )


def lines(*found: Divergence) -> list[str]:
    return render_difference(difference(*found)).splitlines()[3:]


def test_values_stand_beside_each_other() -> None:
    site = traced(7, callee="randint", source="random.randint")
    found = divergence(
        DivergenceType.VALUE_MISMATCH, site=site, passing=["list", [1]], failing=["redacted", "token", 2], thread="task:go#1"
    )
    assert lines(found) == [
        "values (1 place)",
        "  shop/a.py:7  total  random.randint  [task:go#1]",
        "    passing: [1]",
        "    failing: <redacted token 2>",
    ]


def test_what_differs_again_and_again_is_told_once() -> None:
    found = [divergence(DivergenceType.VALUE_MISMATCH, place=place, failing=place) for place in (9, 4, 7)]
    assert lines(*found)[1] == "  shop/a.py:5  total  f  (3 times)"
    assert lines(*found)[3] == "    failing: 4"


@pytest.mark.parametrize(
    ("kind", "passing", "failing", "told"),
    [
        (DivergenceType.MISSING_EVENT, NOTHING, 1, "25 events in the failing run only"),
        (DivergenceType.MISSING_EVENT, 1, NOTHING, "25 events in the passing run only"),
        (DivergenceType.SEQUENCE_BREAK, 1, 2, "the runs take different ways for up to 25 events"),
        (DivergenceType.EARLY_TERMINATION, 1, NOTHING, "the failing run ends before it; the other one goes on for 25 events"),
        (DivergenceType.EARLY_TERMINATION, NOTHING, 1, "the passing run ends before it; the other one goes on for 25 events"),
    ],
)
def test_a_block_is_one_line(kind: DivergenceType, passing: Any, failing: Any, told: str) -> None:
    found = divergence(kind, passing=passing, failing=failing, count=25)
    assert lines(found) == ["order (1 place)", f"  shop/a.py:5  total  f: {told}"]


def test_threads_and_times_are_sentences() -> None:
    found = lines(
        divergence(DivergenceType.TIMING_DELTA, passing="1.0 ms", failing="2.0 ms"),
        divergence(DivergenceType.THREAD_RACE, passing="a, then b", failing="b, then a"),
    )
    assert [line for line in found if not line.startswith(" ")] == ["threads (1 place)", "", "time (1 place)"]
    assert "    passing: a, then b" in found
    assert "    failing: 2.0 ms" in found


def test_runs_that_do_not_part_are_told_so() -> None:
    assert render_difference(difference()).splitlines()[2].startswith("The runs do not part")


def test_a_section_is_bounded_and_says_so() -> None:
    found = [divergence(DivergenceType.VALUE_MISMATCH, site=traced(line)) for line in range(1, 60)]
    assert lines(*found)[-1] == "  and 19 more places; --json FILE has all of them"
    assert len(difference_document(difference(*found))["divergences"]) == 59


def test_what_was_not_kept_is_told() -> None:
    text = render_difference(difference(failing=trace(1, 2)._replace(dropped=7)))
    assert "failing: f.trace: 2 events at 1 site in 1 thread, 0.001 s, 7 more were not kept" in text


def test_a_terminal_and_a_runner_obey_nothing_of_it() -> None:
    site = traced(5, file="::error::x\x1b[31m", callee="##[group]\r")
    text = render_difference(difference(divergence(DivergenceType.VALUE_MISMATCH, site=site, failing="\x1b[2J\u202e")))
    assert all(line.isprintable() or "\u200b" in line for line in text.splitlines())
    assert "##[" not in text
    assert not any(line.strip().startswith("::") for line in text.splitlines())


def test_the_document_has_what_was_found() -> None:
    passing, failing = trace(1, 2, "x" * 5000), trace(1, 3, "y")
    document = json.loads(dumps_difference(difference(*align(passing, failing), passing=passing, failing=failing)))
    assert (document["format"], document["version"]) == ("flakemark-diff", 1)
    assert document["failing"] == {"file": "f.trace", "events": 3, "sites": 1, "threads": 1, "dropped": 0, "seconds": 0.002}
    first, second = document["divergences"]
    assert first == {
        "type": "value_mismatch", "file": "shop/a.py", "line": 5, "end_line": 5, "function": "total", "kind": "call", "callee": "f",
        "source": "", "thread": "main", "passing": "2", "failing": "3", "count": 1,
    }  # fmt: skip
    assert len(second["passing"]) == 2_000


def test_the_side_without_an_event_is_null() -> None:
    document = difference_document(difference(divergence(DivergenceType.MISSING_EVENT, passing=NOTHING)))
    assert (document["divergences"][0]["passing"], document["divergences"][0]["failing"]) == (None, "2")
