"""Signals that come too early, and threads that come in between when the test is slow."""

from __future__ import annotations

import pytest

from flakemark.events import Literal, TracedSite
from flakemark.runs import RunRequest
from tests.unit.flakemark.isolate.late import JOIN, READ, START, STORE, WAIT, forced, is_late, isolated, timed
from tests.unit.flakemark.scripted import site, trace_of


def test_what_was_started_before_and_meets_a_slow_test_is_named_where_it_is_started() -> None:
    watchdog, ends = site("test_x.py:40", function="trip"), site("test_x.py:7", "store")
    alone = trace_of(("main", START, None), ("main", ends, 1))
    met = trace_of(("main", START, None), ("thread:Timer#1", watchdog, None), ("main", ends, 2))

    def fails(run: RunRequest) -> bool:
        return forced(run, "delay", ends.site.key) is not None and not forced(run, "hold", "thread:Timer#1")

    flip = isolated(alone, fails, failing=met)
    assert flip is not None
    assert (flip.kind, flip.sites, flip.delayed) == ("overtaken", (START,), "thread Timer#1")
    assert flip.pause == "the test takes 0.04 s longer"
    assert [one.kind for one in flip.passing_request.forcings] == ["delay", "hold"]


@pytest.mark.parametrize(("made", "named"), [((4,), 4), ((3, 4), 5)])
def test_a_timer_is_named_where_it_is_made_unless_there_are_several(made: tuple[int, ...], named: int) -> None:
    timers = [site(f"test_x.py:{line}", callee="Timer") for line in made]
    watchdog, ends = site("test_x.py:40", function="trip"), site("test_x.py:7", "store")
    alone = trace_of(*(("main", timer, None) for timer in timers), ("main", START, None), ("main", ends, 1))
    met = trace_of(
        *(("main", timer, None) for timer in timers), ("main", START, None), ("thread:Timer#1", watchdog, None), ("main", ends, 2)
    )

    def fails(run: RunRequest) -> bool:
        return forced(run, "delay", ends.site.key) is not None and not forced(run, "hold", "thread:Timer#1")

    flip = isolated(alone, fails, failing=met)
    assert flip is not None
    assert (flip.kind, [one.site.line for one in flip.sites]) == ("overtaken", [named])


def test_a_signal_that_is_given_before_the_work_is_done_is_named() -> None:
    signal = site("test_x.py:49", callee="set", function="work")
    first = site("test_x.py:48", "store", function="work")
    work = [("thread:work#1", traced, 1) for traced in (first, signal)]
    trace = trace_of(("main", START, None), *work, ("main", WAIT, True), ("thread:work#1", STORE, 1))
    flip = isolated(
        trace, lambda run: forced(run, "delay", signal.site.key) is not None or forced(run, "delay", STORE.site.key) is not None
    )
    assert flip is not None
    assert (flip.kind, flip.sites) == ("early", (signal,))
    [late] = flip.passing_request.forcings
    assert (late.kind, late.site) == ("delay", first.site.key)


SIGNAL = site("test_x.py:49", callee="set", function="work")
WAITED = site("test_x.py:8", source="wait", name="Event.wait")


@pytest.mark.parametrize(("waits", "kind"), [(0.29, "early"), (0.01, "unawaited")])
@pytest.mark.parametrize("before", [[], [("thread:work#1", STORE, 1)]])
def test_a_signal_is_too_early_although_the_test_fails_nearly_always(
    waits: float, kind: str, before: list[tuple[str, TracedSite, Literal]]
) -> None:
    """By the time it takes to wait for a late signal; whether the thread is late before it cannot be told by how runs end."""
    work = [*before, ("thread:work#1", SIGNAL, None)]
    events = [("main", START, None), *work, ("main", WAITED, True), ("thread:work#1", READ, 1)]
    trace = timed([(*event, int(1e9 * waits) * (event[1] is WAITED) + place) for place, event in enumerate(events)])
    runs = 0

    def fails(run: RunRequest) -> bool:
        nonlocal runs
        runs += 1
        patient = forced(run, "delay", WAITED.site.key) or forced(run, "delay", START.site.key)
        return runs > 1 and not patient

    flip = isolated(trace, fails, by_itself=3)
    assert flip is not None
    assert flip.kind == kind
    if kind == "early":
        assert flip.sites == (SIGNAL,)
        assert [it.site for it in flip.passing_request.forcings] == [flip.failing_request.forcings[0].site, WAITED.site.key]


def test_a_thread_that_is_late_before_its_signal_as_well_is_just_not_waited_for() -> None:
    signal = site("test_x.py:49", callee="set", function="work")
    trace = trace_of(("main", START, None), ("thread:work#1", signal, None), ("thread:work#1", STORE, 1))

    def fails(run: RunRequest) -> bool:
        late = any(it.kind in ("hold", "delay") and it.site != START.site.key for it in run.forcings)
        return late and not forced(run, "delay", START.site.key)

    flip = isolated(trace, fails)
    assert flip is not None
    assert (flip.kind, flip.sites) == ("unawaited", (START,))


ASSERTION = site("test_x.py:9", "compare")


@pytest.mark.parametrize(("joins", "kind"), [(1, None), (0, "unawaited")])
def test_a_thread_that_is_joined_before_the_line_that_fails_was_waited_for(joins: int, kind: str | None) -> None:
    seen = [("main", START, None), ("thread:work#1", STORE, 1), *[("main", JOIN, None)] * joins, ("main", ASSERTION, True)]

    def fails(run: RunRequest) -> bool:
        return is_late(run) and not forced(run, "delay", START.site.key)

    flip = isolated(trace_of(*seen), fails)
    assert (flip.kind if flip is not None else None) == kind


@pytest.mark.parametrize(("joins", "kind"), [(1, None), (0, "overtaken")])
def test_a_thread_that_is_joined_before_the_line_that_fails_does_not_come_in_between(joins: int, kind: str | None) -> None:
    seen = [("main", START, None), ("thread:Timer#1", STORE, 1), *[("main", JOIN, None)] * joins, ("main", ASSERTION, True)]

    def fails(run: RunRequest) -> bool:
        return forced(run, "delay", START.site.key) is not None and not forced(run, "hold", "thread:Timer#1")

    flip = isolated(trace_of(*seen), fails)
    assert (flip.kind if flip is not None else None) == kind
