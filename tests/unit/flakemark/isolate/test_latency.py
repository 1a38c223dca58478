"""Draws that are only waited for: known as such, and the wait that is too short for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flakemark.divergence import Divergence
from flakemark.isolate.timing import isolate_limit
from flakemark.isolate.waiting import only_feeds_waits
from flakemark.isolation import Flip, Suspect, Tally, TimingFlip
from flakemark.model import DivergenceType
from flakemark.reproduction import Reproduction
from flakemark.runs import Forcing, RunRequest
from tests.unit.flakemark.isolate.late import FAILURE, STORE, WAIT, forced, timed
from tests.unit.flakemark.scripted import VICTIM, Scripted, once, site, told, trace_of


def test_a_draw_that_is_always_slept_for_is_simulated_latency() -> None:
    draw = site("test_x.py:18", source="draw", name="random.expovariate", function="quote")
    sleep, use = site("test_x.py:19", source="wait", name="time.sleep", function="quote"), site("test_x.py:21", "store", function="quote")
    asleep = [("thread:quote#1", draw, 0.1), ("main", STORE, 1), ("thread:quote#1", sleep, None), ("thread:quote#1", use, 1)]
    assert only_feeds_waits([trace_of(*asleep, *asleep)], draw)
    assert not only_feeds_waits([trace_of(*asleep, ("main", draw, 0.2), ("main", use, 2))], draw)
    assert not only_feeds_waits([trace_of(("main", STORE, 1))], draw)


@pytest.mark.parametrize(("longer", "expected"), [(0.0004, True), (0.02, False), (-0.003, False)])
def test_a_draw_that_waits_elsewhere_last_as_long_as_is_simulated_latency(longer: float, expected: bool) -> None:
    draw = site("test_x.py:18", source="draw", name="random.uniform", function="begin")
    sleep = site("test_x.py:29", source="wait", name="time.sleep", function="patrol")
    pauses = [0.004, 0.016, 0.009]
    moment, events = 0, []
    for pause in pauses:
        moment += 10_000
        events.append(("main", draw, pause, moment))
    for pause in pauses:
        moment += 50_000
        events.append(("thread:patrol#1", STORE, 1, moment))
        moment += int(1e9 * (pause + longer))
        events.append(("thread:patrol#1", sleep, None, moment))
    assert only_feeds_waits([timed(events)] * 2, draw) is expected
    assert not only_feeds_waits([timed(events)], draw)  # three may be chance


def drawn_too_long(fails: Callable[[RunRequest], bool], *, sleeps: bool = True) -> TimingFlip | None:
    """Look for the wait that is too short for what `LATENCY` draws, which is pinned to what fails."""
    latency = site("test_x.py:30", source="draw", name="random.uniform", function="answer")
    pin = Forcing(kind="pin", site=latency.site.key, values=(0.2,))
    seen = Divergence(site=latency, kind=DivergenceType.VALUE_MISMATCH, passing=0.1, failing=0.2, place=0, thread="main")
    suspect = Suspect(site=latency, divergence=seen, to_failing=pin, to_passing=pin, place=0)
    slow = RunRequest(victim=VICTIM, forcings=(pin,))
    flip = Flip(
        suspects=(suspect,), to_failing=Tally(0, 30), to_passing=Tally(30), base=Tally(8, 1),
        failing_request=slow, passing_request=RunRequest(victim=VICTIM),
    )  # fmt: skip
    runner = Scripted(lambda run: FAILURE if fails(run) else None, trace_of(("main", latency, 0.1), ("main", WAIT, None)))
    found = Reproduction(passing=[once(runner)], failure=FAILURE, wants=FAILURE.is_like)
    return isolate_limit(runner, found, flip, told, sleeps=sleeps)


def test_a_limit_that_a_drawn_latency_exceeds_is_the_wait_that_is_too_short() -> None:
    flip = drawn_too_long(lambda run: forced(run, "pin") is not None and forced(run, "stretch", WAIT.site.key) is None)
    assert flip is not None
    assert (flip.kind, flip.sites, flip.delayed) == ("wait", (WAIT,), "what test_x.py:30 draws")


def test_a_sleep_is_no_limit_as_long_as_only_limits_are_asked_for() -> None:
    assert WAIT.source_name == "time.sleep"
    heals = lambda run: forced(run, "pin") is not None and forced(run, "stretch", WAIT.site.key) is None  # noqa: E731
    assert drawn_too_long(heals, sleeps=False) is None


def test_a_drawn_latency_that_no_wait_makes_up_for_is_explained_by_none() -> None:
    assert drawn_too_long(lambda run: forced(run, "pin") is not None) is None
