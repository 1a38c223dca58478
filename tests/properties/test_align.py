"""Alignment is empty for equal traces, symmetric, and one insertion is one divergence."""

from __future__ import annotations

import cProfile
import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from flakemark.align import align, interleavings, timings
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


# Programs whose rounds have a head, an inner loop, a branch and a tail; each round's values are its own.
ROUNDS = st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=12)
LINES = {"head": (1, "1"), "inner": (2, "1 2"), "then": (3, "1"), "else": (4, "1"), "tail": (5, "1"), "end": (6, "")}


def program(rounds: list[tuple[int, tuple[int, bool]]], *, loops: bool) -> Trace:
    """Return the trace of numbered rounds: how many inner rounds, which branch."""
    sites = tuple(
        TracedSite(Site(f"m.py:{line}:0:{name}", "m.py", line, line, "f", "store", "", around if loops else ""), "", "")
        for name, (line, around) in LINES.items()
    )
    names = list(LINES)
    steps: list[tuple[str, object]] = []
    for number, (inner, branch) in rounds:
        steps += [("head", f"round {number}"), *(("inner", number * 10 + turn) for turn in range(inner))]
        steps += [("then" if branch else "else", number), ("tail", number * 0.5)]
    steps.append(("end", None))
    return Trace(sites, ("main",), tuple(TraceEvent(names.index(name), 0, value, 0) for name, value in steps))


@given(ROUNDS, ROUNDS, st.data(), st.booleans())
def test_inserted_rounds_are_one_block_wherever_they_are(
    rounds: list[tuple[int, bool]], new: list[tuple[int, bool]], data: st.DataObject, loops: bool
) -> None:
    place = data.draw(st.integers(0, len(rounds)))
    passing = list(enumerate(rounds))
    failing = [*passing[:place], *enumerate(new, 1000), *passing[place:]]
    left, right = program(passing, loops=loops), program(failing, loops=loops)
    (found,) = align(left, right)
    assert (found.kind, found.passing, found.count) == (DivergenceType.MISSING_EVENT, NOTHING, len(right.events) - len(left.events))
    (found,) = align(right, left)
    assert (found.kind, found.failing, found.count) == (DivergenceType.MISSING_EVENT, NOTHING, len(right.events) - len(left.events))


@given(ROUNDS, st.data(), st.booleans())
def test_another_number_of_inner_rounds_is_one_block(rounds: list[tuple[int, bool]], data: st.DataObject, loops: bool) -> None:
    place, inner = data.draw(st.integers(0, len(rounds) - 1)), data.draw(st.integers(0, 300))
    before, branch = rounds[place]
    other = [*rounds[:place], (inner, branch), *rounds[place + 1 :]]
    found = align(program(list(enumerate(rounds)), loops=loops), program(list(enumerate(other)), loops=loops))
    assert [(d.kind, d.count) for d in found] == [(DivergenceType.MISSING_EVENT, abs(inner - before))] * (inner != before)


@given(ROUNDS, st.data(), st.booleans())
def test_another_branch_in_some_rounds_is_as_many_breaks(rounds: list[tuple[int, bool]], data: st.DataObject, loops: bool) -> None:
    places = data.draw(st.sets(st.integers(0, len(rounds) - 1)))
    other = [(inner, branch != (place in places)) for place, (inner, branch) in enumerate(rounds)]
    found = align(program(list(enumerate(rounds)), loops=loops), program(list(enumerate(other)), loops=loops))
    assert [(d.kind, d.count) for d in found] == [(DivergenceType.SEQUENCE_BREAK, 1)] * len(places)


@given(EVENT_LISTS, st.data())
def test_a_run_that_was_cut_off_is_one_early_termination(events: list[TraceEvent], data: st.DataObject) -> None:
    main = [event._replace(thread=0) for event in events]
    size = data.draw(st.integers(0, len(main)))
    found = align(trace(main), trace(main[:size]))
    kind = DivergenceType.EARLY_TERMINATION if size else DivergenceType.MISSING_EVENT  # nothing of a thread: it never began
    assert [(d.kind, d.count) for d in found] == [(kind, len(main) - size)] * (size < len(main))


@st.composite
def strange_traces(draw: st.DrawFn) -> Trace:
    """Traces as a stranger may write them: sites that share keys or names, lines in any order, loops that are none."""
    names = st.sampled_from(["f", "g", "A.f", "A.__init__", "", "f.<locals>.g"])
    loops = st.sampled_from(["", "1", "1 2", "2 1", "x", " "])
    kinds = st.sampled_from(["call", "await", "store", ""])
    site = st.builds(Site, st.sampled_from("abcdefgh"), st.just("m.py"), st.integers(0, 9), st.integers(0, 9), names, kinds, names, loops)
    sources = st.sampled_from(["", "wait", "clock"])
    sites = draw(st.lists(st.builds(TracedSite, site, sources, st.just("")), min_size=1, max_size=8))
    event = st.builds(TraceEvent, st.integers(0, len(sites) - 1), st.integers(0, 1), LITERALS, st.integers(0, 10**12))
    return Trace(tuple(sites), ("main", "main"), tuple(draw(st.lists(event, max_size=80))), draw(st.integers(0, 1)))


@given(strange_traces(), strange_traces())
def test_whatever_a_trace_holds_it_can_be_compared(left: Trace, right: Trace) -> None:
    for compare in (align, interleavings, timings):
        found = compare(left, right)
        assert [d.place for d in found] == sorted(d.place for d in found)
        assert compare(left, left) == ()


@given(st.integers(0, 10**6))
@settings(max_examples=2, deadline=None)
def test_the_work_is_linear_in_the_number_of_events(seed: int) -> None:
    """Calls of Python's are counted, since times depend on who else is at work."""
    # Small cases differ among themselves; eight of them are as many events as the large one.
    few = sum(calls_for(500, seed + number) for number in range(8))
    assert calls_for(4_000, seed) < 2 * few


def calls_for(size: int, seed: int) -> int:
    """Return how many calls it takes to compare runs that have little in common: the worst case."""
    draw = random.Random(seed)
    left, right = ([TraceEvent(draw.randrange(NEW), 0, draw.randrange(3), 0) for _ in range(size)] for _ in range(2))
    profile = cProfile.Profile()
    profile.runcall(align, trace(left), trace(right))
    return sum(entry.callcount for entry in profile.getstats())


@given(EVENT_LISTS, st.permutations(range(3)))
def test_how_threads_interleave_does_not_matter(events: list[TraceEvent], order: list[int]) -> None:
    by_thread = [event for thread in order for event in events if event.thread == thread]
    assert align(trace(events), trace(by_thread)) == ()
