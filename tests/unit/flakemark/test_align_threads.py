"""In which order threads did what both runs have, and how long it took them."""

from __future__ import annotations

from typing import Any

from flakemark.align import align, interleavings, timings
from flakemark.events import Site, Trace, TracedSite, TraceEvent
from flakemark.model import DivergenceType

THREADS = ("main", "thread:w#1")
MILLISECOND = 1_000_000


def site(line: int, kind: str = "", file: str = "m.py") -> TracedSite:
    return TracedSite(Site(f"{file}:{line}:4:call", file, line, line, "add", "call", "f"), kind, "")


def trace(*steps: tuple[str, TracedSite], values: tuple[Any, ...] = (), moments: tuple[int, ...] = ()) -> Trace:
    """Make a trace of (thread, site), of their values in turn, and of the milliseconds at which they ended."""
    sites = tuple(dict.fromkeys(traced for _, traced in steps))
    events = [
        TraceEvent(
            sites.index(traced),
            THREADS.index(thread),
            values[place] if values else None,
            MILLISECOND * (moments[place] if moments else place),
        )
        for place, (thread, traced) in enumerate(steps)
    ]
    return Trace(sites, THREADS, tuple(events))


READ, WRITE, FAR, OTHER = site(10), site(11), site(90), site(10, file="other.py")
MAIN, WORK = THREADS


def test_an_order_that_changed_at_neighbouring_lines_is_a_race() -> None:
    passing = trace((MAIN, READ), (MAIN, WRITE), (WORK, READ), (WORK, WRITE))
    failing = trace((MAIN, READ), (WORK, READ), (MAIN, WRITE), (WORK, WRITE))
    (found,) = interleavings(passing, failing)
    assert (found.kind, found.site.site.line, found.thread, found.place) == (DivergenceType.THREAD_RACE, 10, WORK, 1)
    assert (found.passing, found.failing) == (
        "main in line 11, then thread:w#1 in line 10",
        "thread:w#1 in line 10, then main in line 11",
    )
    assert align(passing, failing) == ()


def test_swapping_the_runs_swaps_the_orders() -> None:
    passing = trace((MAIN, READ), (MAIN, WRITE), (WORK, READ), (WORK, WRITE))
    failing = trace((MAIN, READ), (WORK, READ), (MAIN, WRITE), (WORK, WRITE))
    (there,), (back,) = interleavings(passing, failing), interleavings(failing, passing)
    assert (there.passing, there.failing) == (back.failing, back.passing)


def test_orders_are_told_once_for_two_sites_and_counted() -> None:
    passing = trace(*[(MAIN, READ), (WORK, WRITE)] * 50)
    failing = trace(*[(WORK, WRITE), (MAIN, READ)] * 50)
    (found,) = interleavings(passing, failing)
    assert (found.count, found.place) == (50, 0)


def test_threads_that_are_nowhere_near_each_other_interleave_as_they_like() -> None:
    for elsewhere in (FAR, OTHER):
        assert interleavings(trace((MAIN, READ), (WORK, elsewhere)), trace((WORK, elsewhere), (MAIN, READ))) == ()


def test_lines_on_both_sides_of_a_border_are_near_each_other() -> None:
    for line in range(1, 40):
        one, two = site(line), site(line + 4)
        assert len(interleavings(trace((MAIN, one), (WORK, two)), trace((WORK, two), (MAIN, one)))) == 1


def test_an_event_that_only_one_run_has_is_in_no_order() -> None:
    assert interleavings(trace((MAIN, READ)), trace((WORK, WRITE), (MAIN, READ))) == ()


def test_one_thread_is_in_order() -> None:
    assert interleavings(trace((MAIN, READ), (MAIN, WRITE)), trace((MAIN, WRITE), (MAIN, READ))) == ()


def test_a_wait_that_took_much_longer_is_a_timing_delta() -> None:
    steps = (MAIN, READ), (MAIN, site(20, "wait")), (MAIN, WRITE)
    (found,) = timings(trace(*steps, moments=(0, 20, 21)), trace(*steps, moments=(0, 90, 91)))
    assert (found.kind, found.site.site.line, found.place) == (DivergenceType.TIMING_DELTA, 20, 1)
    assert (found.passing, found.failing) == ("20.0 ms", "90.0 ms")


def test_a_wait_is_not_punctual() -> None:
    steps = (MAIN, READ), (MAIN, site(20, "wait"))
    assert timings(trace(*steps, moments=(0, 100)), trace(*steps, moments=(0, 150))) == ()
    assert timings(trace(*steps, moments=(0, 1)), trace(*steps, moments=(0, 15))) == ()


def test_what_was_only_interrupted_is_no_timing_delta() -> None:
    steps = (MAIN, READ), (MAIN, WRITE)
    assert timings(trace(*steps, moments=(0, 1)), trace(*steps, moments=(0, 60))) == ()
    assert len(timings(trace(*steps, moments=(0, 1)), trace(*steps, moments=(0, 300)))) == 1


def test_a_clock_counts_from_its_last_reading() -> None:
    clock = site(20, "clock")
    steps = (MAIN, clock), (MAIN, READ), (MAIN, READ), (MAIN, clock)
    (found,) = timings(trace(*steps, moments=(0, 2, 4, 6)), trace(*steps, moments=(0, 12, 24, 36)))
    assert (found.site.site.line, found.passing, found.failing, found.place) == (20, "6.0 ms", "36.0 ms", 3)


def test_the_largest_difference_speaks_for_its_site() -> None:
    wait = site(20, "wait")
    steps = ((MAIN, wait),) * 4
    (found,) = timings(trace(*steps, moments=(0, 1, 2, 3)), trace(*steps, moments=(0, 50, 550, 551)))
    assert (found.count, found.place, found.failing) == (2, 2, "500.0 ms")


def test_a_time_is_compared_where_both_runs_have_the_event() -> None:
    wait = site(20, "wait")
    passing = trace((MAIN, READ), (MAIN, wait), moments=(0, 5))
    failing = trace((MAIN, READ), (MAIN, FAR), (MAIN, wait), moments=(0, 100, 105))
    assert timings(passing, failing) == ()
