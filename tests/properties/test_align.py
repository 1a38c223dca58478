"""Alignment is empty for equal traces, symmetric, and one insertion is one divergence."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from flakemark.align import align
from flakemark.divergence import NOTHING
from flakemark.events import Site, Trace, TracedSite, TraceEvent
from flakemark.model import DivergenceType

SITES = tuple(TracedSite(Site(f"m.py:{n}:0:call", "m.py", n, n, "f", "call", "g"), "", "") for n in range(1, 30))
NEW = len(SITES) // 2  # sites from here on occur in inserted blocks only
THREADS = ("main", "thread:work#1", "task:main#1")
LITERALS = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=2) | st.just(["list", [1]]) | st.just(["float", "nan"])
EVENTS = st.builds(TraceEvent, st.integers(0, NEW - 1), st.integers(0, 2), LITERALS, st.just(0))
FEW = st.builds(TraceEvent, st.integers(0, 2), st.just(0), LITERALS, st.just(0))  # much repetition
EVENT_LISTS = st.lists(EVENTS, max_size=60) | st.lists(FEW, max_size=200)


def trace(events: list[TraceEvent]) -> Trace:
    return Trace(SITES, THREADS, tuple(events))


@given(EVENT_LISTS)
def test_a_trace_does_not_differ_from_itself(events: list[TraceEvent]) -> None:
    assert align(trace(events), trace(list(events))) == ()


@given(EVENT_LISTS, EVENT_LISTS)
def test_swapping_the_runs_swaps_the_sides(left: list[TraceEvent], right: list[TraceEvent]) -> None:
    there = Counter((d.kind, repr(d.passing), repr(d.failing), d.thread, d.count) for d in align(trace(left), trace(right)))
    back = Counter((d.kind, repr(d.failing), repr(d.passing), d.thread, d.count) for d in align(trace(right), trace(left)))
    assert there == back


@given(EVENT_LISTS, EVENT_LISTS)
def test_a_comparison_is_sorted_and_names_what_there_is(left: list[TraceEvent], right: list[TraceEvent]) -> None:
    found = align(trace(left), trace(right))
    assert [d.place for d in found] == sorted(d.place for d in found)
    assert all(0 <= d.place <= max(len(left), len(right)) for d in found)
    assert all(d.passing != NOTHING or d.failing != NOTHING for d in found)


@given(st.lists(EVENTS, min_size=1, max_size=60), st.data())
def test_an_inserted_block_is_one_divergence(events: list[TraceEvent], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(events) - 1))
    thread = events[place].thread
    size = data.draw(st.integers(1, 3000))
    block = [TraceEvent(NEW + n % (len(SITES) - NEW), thread, n, 0) for n in range(size)]
    (found,) = align(trace(events), trace([*events[:place], *block, *events[place:]]))
    assert (found.kind, found.count, found.passing, found.failing, found.place) == (DivergenceType.MISSING_EVENT, size, NOTHING, 0, place)
    (found,) = align(trace([*events[:place], *block, *events[place:]]), trace(events))
    assert (found.kind, found.count, found.passing, found.failing) == (DivergenceType.MISSING_EVENT, size, 0, NOTHING)


@given(st.lists(EVENTS, min_size=1, max_size=60), st.data())
def test_changed_values_are_as_many_divergences(events: list[TraceEvent], data: st.DataObject) -> None:
    places = data.draw(st.sets(st.integers(0, len(events) - 1)))
    changed = [event._replace(literal=["new", 1]) if place in places else event for place, event in enumerate(events)]
    found = align(trace(events), trace(changed))
    assert [d.place for d in found] == sorted(places)
    assert {d.kind for d in found} <= {DivergenceType.VALUE_MISMATCH}


@given(EVENT_LISTS, st.permutations(range(3)))
def test_how_threads_interleave_does_not_matter(events: list[TraceEvent], order: list[int]) -> None:
    by_thread = [event for thread in order for event in events if event.thread == thread]
    assert align(trace(events), trace(by_thread)) == ()
