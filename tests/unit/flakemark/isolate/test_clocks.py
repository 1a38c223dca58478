"""Clocks: the two readings between which time must not pass."""

from __future__ import annotations

from itertools import count

import pytest

from flakemark.isolate.clocks import MOST_READINGS, _suspect, clock_suspects, held, readings
from flakemark.runs import Failure, RunRequest
from tests.unit.flakemark.scripted import Scripted, failing_at, isolated, once, searched, simulated, site, told, trace_of
from tests.unit.flakemark.simulation import Body, SimulatedRun

DAY = 86_400.0


def timed(run: SimulatedRun) -> None:
    run.clock("test_x.py:3", 999.0)
    start = run.clock("test_x.py:4", 1_000.0)
    stop = run.clock("test_x.py:6", 1_000.01)
    run.clock("test_x.py:8", 1_000.02)
    run.check("test_x.py:9", stop - start < 0.5)


def dated(run: SimulatedRun) -> None:
    run.check("test_x.py:9", run.clock("test_x.py:5", 1_000.0) < DAY)


def interval(body: Body, failure: Failure | None = None) -> list[int]:
    runner = simulated(body)
    suspects = clock_suspects(runner, once(runner), failure or failing_at("test_x.py:9"), told)
    return [suspect.site.site.line for suspect in suspects]


def test_an_interval_is_named_by_the_reading_that_opens_it_and_the_one_that_closes_it() -> None:
    assert interval(timed) == [4, 6]


def test_readings_in_between_do_not_close_an_interval() -> None:
    def nested(run: SimulatedRun) -> None:
        start = run.clock("test_x.py:4", 1_000.0)
        run.clock("test_x.py:5", 1_000.001)
        run.clock("test_x.py:6", 1_000.002)
        run.check("test_x.py:9", run.clock("test_x.py:7", 1_000.01) - start < 0.5)

    assert interval(nested) == [4, 7]


def test_a_single_reading_is_named_alone() -> None:
    assert interval(dated) == [5]


def test_the_shortest_jump_that_fails_is_the_one_that_is_shown() -> None:
    runner = simulated(timed)
    opens, _ = clock_suspects(runner, once(runner), failing_at("test_x.py:9"), told)
    assert opens.divergence.failing == "1 s later"
    assert opens.to_failing.seconds == 1.0


def test_the_same_jump_before_the_first_reading_is_the_control() -> None:
    runner = simulated(timed)
    opens, closes = clock_suspects(runner, once(runner), failing_at("test_x.py:9"), told)
    assert opens.to_passing == closes.to_passing
    assert (opens.to_passing.site.split(":")[1], opens.to_passing.seconds) == ("3", 1.0)
    assert once(runner, forcings=(opens.to_failing,)).failed
    assert once(runner, forcings=(opens.to_passing,)).passed


def test_a_jump_that_fails_even_before_everything_is_no_interval() -> None:
    def dated_twice(run: SimulatedRun) -> None:
        first, second = run.clock("test_x.py:4", 1_000.0), run.clock("test_x.py:5", 1_000.0)
        run.check("test_x.py:9", first < DAY and second < DAY)

    assert interval(dated_twice) == []


def test_another_failure_bounds_nothing() -> None:
    assert interval(timed, failing_at("test_x.py:7")) == []


def test_without_clocks_nothing_is_run() -> None:
    runner = simulated(lambda run: None)
    result = once(runner)
    assert clock_suspects(runner, result, failing_at("test_x.py:9"), told) == []
    assert len(runner.asked) == 1


def test_each_occurrence_of_a_reading_counts_by_itself() -> None:
    def looped(run: SimulatedRun) -> None:
        found = [run.clock("test_x.py:4", 1_000.0 + number / 100) for number in range(3)]
        run.check("test_x.py:9", found[2] - found[1] < 0.5)

    runner = simulated(looped)
    opens, closes = clock_suspects(runner, once(runner), failing_at("test_x.py:9"), told)
    assert opens.site == closes.site
    assert opens.to_failing.first == 2


def test_readings_are_bounded() -> None:
    clock = site("test_x.py:4", source="clock", name="time.monotonic")
    found = readings(trace_of(*[("main", clock, float(number)) for number in range(100)]))
    assert [reading.occurrence for reading in found] == list(range(MOST_READINGS))


@pytest.mark.parametrize(("name", "days"), [("time.monotonic", 0), ("time.perf_counter", 0), ("time.time", 1), ("datetime.now", 1)])
def test_nobody_waits_a_day_between_readings_of_a_clock_that_tells_no_date(name: str, days: int) -> None:
    clock = site("test_x.py:4", source="clock", name=name)
    runner = Scripted(lambda request: None, trace_of(("main", clock, 1.0), ("main", clock, 2.0)))
    assert clock_suspects(runner, once(runner), failing_at("test_x.py:9"), told) == []
    jumps = {forcing.seconds for request in runner.asked for forcing in request.forcings}
    assert jumps == {0.001, 1.0} | {DAY for _ in range(days)}


def test_a_test_that_measures_time_is_found_and_its_interval_isolated() -> None:
    found = isolated(simulated(timed))
    assert found.flips[0].suspects[0].site.source_kind == "clock"
    assert found.flips[0].accepted


def test_where_a_test_is_too_slow_by_itself_both_readings_are_held() -> None:
    clock = [site(f"test_x.py:{line}", source="clock", name="time.perf_counter") for line in (3, 4, 6)]
    trace = trace_of(*[("main", one, ["clock", float(place), float(place)]) for place, one in enumerate(clock)])
    _, opens, closes = (_suspect(reading, readings(trace)[2], readings(trace)[0].jump(1.0), 1.0) for reading in readings(trace))
    first, second = held([opens, closes], trace)
    assert [(one.to_passing.kind, one.to_passing.site, one.to_passing.values) for one in (first, second)] == [
        ("pin", clock[1].site.key, (["clock", 1.0, 1.0],)),
        ("pin", clock[2].site.key, (["clock", 2.0, 2.0],)),
    ]
    assert first.to_failing == second.to_failing == readings(trace)[2].jump(1.0)


def test_an_interval_that_is_too_long_by_itself_now_and_then_is_confirmed_all_the_same() -> None:
    turns = count()

    def timed_slowly(run: SimulatedRun) -> None:
        run.clock("test_x.py:3", 999.0)
        start = run.clock("test_x.py:4", 1_000.0)
        stop = run.clock("test_x.py:6", 1_000.01)
        held = any(it.kind == "pin" and it.site.startswith("test_x.py:6") for it in run.request.forcings)
        run.check("test_x.py:9", stop - start < 0.5 and (held or next(turns) % 9 != 8))

    found = isolated(simulated(timed_slowly))
    assert found.flips[0].accepted
    assert [suspect.site.site.line for suspect in found.flips[0].suspects] == [4, 6]


def test_the_outcome_of_the_search_is_a_jump() -> None:
    assert searched(simulated(timed)).perturbation == "a second passes before time.time in test_x.py:6"


def test_jumps_come_on_top_of_what_is_forced_already() -> None:
    clock = site("test_x.py:4", source="clock", name="time.time")
    runner = Scripted(lambda request: None, trace_of(("main", clock, 1.0)))
    kept = readings(runner.trace)[0].jump(0.5)
    passing = runner.run([RunRequest(victim="test_x.py::test_victim", trace=True, forcings=(kept,))])[0]  # type: ignore[arg-type]
    clock_suspects(runner, passing, failing_at("test_x.py:9"), told)
    assert all(request.forcings[0] == kept for request in runner.asked)
