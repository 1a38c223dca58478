"""A trace that is too large loses what tells least, and says how much."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakemark.events import Site, TracedSite
from flakemark.literals import is_sound
from flakemark.trace.bounded import shorten, size_of
from flakemark.trace.fingerprint import encode
from flakemark.trace.format import Content, read_trace, write_trace


def site(line: int, source: str = "") -> TracedSite:
    return TracedSite(Site(f"a.py:{line}:4:call", "a.py", line, line, "f", "call", "g"), source, "random.random" if source else "")


def made(*events: tuple[int, Any], sites: int = 3, source: int = -1) -> Content:
    return Content(
        [site(number, "draw" if number == source else "") for number in range(sites)],
        ["main"],
        [(number, 0, literal, 10**12 + 1000 * at) for at, (number, literal) in enumerate(events)],
    )


HOT = [(0, number) for number in range(50_000)]
KIB = 1024


def test_what_fits_is_left_alone() -> None:
    content = made((0, 1), (1, "x"))
    assert shorten(content, 512 * KIB) is content


def test_a_hot_loop_loses_its_past_and_rare_lines_lose_nothing() -> None:
    content = made((1, "once"), *HOT[:25_000], (2, "rare"), *HOT[25_000:], (2, "late"))
    short = shorten(content, 64 * KIB)
    assert size_of(short) <= 64 * KIB
    left = [event[2] for event in short.events]
    assert {"once", "rare", "late", 0} <= set(left)
    hot = [value for value in left if isinstance(value, int)][1:]
    assert hot == list(range(50_000 - len(hot), 50_000))  # the newest ones, without a gap
    assert len(hot) > 1_000
    assert short.shortened == short.dropped == len(content.events) - len(short.events)


def test_what_known_sources_gave_is_kept_longer() -> None:
    draws = [(2, 0.5) for _ in range(500)]
    short = shorten(made(*draws, *HOT, source=2), 64 * KIB)
    assert sum(event[0] == 1 or event[2] == 0.5 for event in short.events) == 500


def test_room_is_shared_evenly_between_sites() -> None:
    events = [(number % 3 if number < 3_000 else 0, number) for number in range(60_000)]
    short = shorten(made(*events), 96 * KIB)
    counts = [sum(event[0] == number for event in short.events) for number in range(3)]
    assert counts[1] == counts[2] == 1_000


def test_one_huge_value_does_not_cost_the_others() -> None:
    huge = ["list", [["obj", "a.B", [["x", "y" * 900]]]] * 400]
    short = shorten(made((0, huge), *[(1, number) for number in range(500)]), 64 * KIB)
    assert short.events[0][2] == ["cut", "list", 400]
    assert len(short.events) == 501


@pytest.mark.parametrize("value", [["obj", "a.B", [["x", "y" * 40_000]]], ["cut", "list", 9, ["y" * 40_000]], ["path", "y" * 40_000]])
def test_what_is_left_of_a_huge_value_can_be_shown(value: Any) -> None:
    short = shorten(made((0, value)), 32 * KIB)
    assert is_sound(short.events[0][2])
    assert len(json.dumps(short.events[0][2])) < 100


def test_many_threads_do_not_fill_the_header() -> None:
    content = made(*HOT)._replace(threads=["main", *(f"task:fetch_one_of_many_pages#{n}" for n in range(20_000))])
    content = content._replace(events=[(0, number % 20_001, *rest) for number, (_, _, *rest) in enumerate(content.events)])
    short = shorten(content, 64 * KIB)
    assert size_of(short) <= 64 * KIB
    assert len(short.events) > 500
    assert short.threads[0] == "main"


def test_what_is_left_can_be_read(tmp_path: Path) -> None:
    path = str(tmp_path / "a.trace")
    content = made((1, "once"), *HOT)
    write_trace(path, content.sites, content.threads, content.events, 7, prepare=lambda content: shorten(content, 20 * KIB))
    assert Path(path).stat().st_size <= 20 * KIB
    trace = read_trace(path)
    assert trace.dropped == 7 + len(content.events) - len(trace.events)
    assert [traced.site.line for traced in trace.sites] == [0, 1]


VALUES = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=40), lambda inner: st.lists(inner, max_size=5), max_leaves=20
)


@given(st.lists(st.tuples(st.integers(0, 9), VALUES.map(encode)), max_size=300), st.integers(2, 16))
def test_a_trace_is_never_larger_than_asked_for(events: list[tuple[int, Any]], limit: int) -> None:
    short = shorten(made(*events, sites=10), limit * KIB)
    assert size_of(short) <= limit * KIB
    places = [event[3] for event in short.events]
    assert places == sorted(places)
    assert short.shortened == len(events) - len(short.events)
