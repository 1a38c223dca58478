"""Waits, races and work that nobody waits for: told apart by which counter-measure heals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from flakemark.isolate.timing import effect_of, isolate_timing
from flakemark.isolate.workers import own_threads, works_at_once
from flakemark.isolation import Tally, TimingFlip
from flakemark.reproduction import Reproduction
from flakemark.runs import RunRequest
from tests.unit.flakemark.isolate.late import (
    ALONE,
    FAILURE,
    FORGOTTEN,
    LIMIT,
    POLL,
    POLLING,
    RACED,
    RACING,
    READ,
    START,
    STORE,
    WAIT,
    WAITING,
    forced,
    is_late,
    isolated,
    pauses_between,
    watched,
)
from tests.unit.flakemark.scripted import VICTIM, Scripted, failing_at, once, site, told, trace_of


def test_a_wait_that_heals_when_it_lasts_longer_is_too_short() -> None:
    flip = isolated(WAITING, lambda run: is_late(run) and not forced(run, "stretch", WAIT.site.key))
    assert flip is not None
    assert flip.kind == "wait"
    assert flip.sites == (WAIT,)
    assert flip.delayed == "thread work#1"
    assert (flip.to_failing, flip.to_passing) == (Tally(0, 30), Tally(30, 0))


def test_the_requests_of_a_wait_hold_the_same_delay() -> None:
    flip = isolated(WAITING, lambda run: is_late(run) and not forced(run, "stretch", WAIT.site.key))
    assert flip is not None
    [late] = flip.failing_request.forcings
    assert flip.passing_request.forcings[0] == late
    assert flip.passing_request.forcings[1].kind == "stretch"
    assert flip.passing_request.forcings[1].seconds > late.seconds


def test_a_polling_loop_is_named_by_the_line_that_sets_its_limit() -> None:
    flip = isolated(POLLING, lambda run: is_late(run) and not forced(run, "advance", POLL.site.key))
    assert flip is not None
    assert flip.kind == "wait"
    assert flip.sites == (LIMIT,)


def test_work_that_no_wait_makes_up_for_is_not_waited_for() -> None:
    flip = isolated(FORGOTTEN, lambda run: is_late(run) and not forced(run, "delay", START.site.key))
    assert flip is not None
    assert flip.kind == "unawaited"
    assert flip.sites == (START,)


def test_a_start_inside_of_a_helper_is_named_where_the_test_calls_it() -> None:
    start = site("test_x.py:30", source="start", name="Thread.start", function="begin")
    call = site("test_x.py:5", callee="begin")
    trace = trace_of(("main", start, None), ("thread:work#1", STORE, 1), ("main", call, None))
    flip = isolated(trace, lambda run: is_late(run) and not forced(run, "delay", call.site.key))
    assert flip is not None
    assert flip.sites == (call,)


def test_where_the_others_were_done_when_it_failed_windows_come_before_waits() -> None:
    flip, runner = watched(RACED, pauses_between, failing=RACED)
    assert flip is not None
    assert (flip.kind, flip.locked) == ("race", True)
    assert not [run for run in runner.asked if forced(run, "hold", "thread:work#1")]


def test_where_the_others_were_at_work_when_it_failed_waits_come_first() -> None:
    behind = trace_of(("main", START, None), ("main", STORE, 1), *[("thread:work#1", READ, 1)] * 3)
    flip, runner = watched(RACED, pauses_between, failing=behind)
    assert flip is not None
    assert flip.kind == "race"
    assert [run for run in runner.asked if forced(run, "hold", "thread:work#1")]


def test_what_only_the_absence_of_the_pause_heals_may_still_be_a_wait() -> None:
    def fails(run: RunRequest) -> bool:
        late = forced(run, "hold", "thread:work#1") or forced(run, "delay", READ.site.key)
        return late is not None and forced(run, "stretch", WAIT.site.key) is None

    waits = trace_of(*[(RACING.threads[event.thread], RACING.sites[event.site], 1) for event in RACING.events], ("main", WAIT, None))
    flip = isolated(waits, fails, failing=waits)
    assert flip is not None
    assert (flip.kind, flip.sites) == ("wait", (WAIT,))


def test_where_every_delay_fails_few_of_them_are_asked_again_and_each_thread_is_among_them() -> None:
    places = [site(f"test_x.py:{line}", "store", function="work") for line in range(20, 60)]
    others = [("thread:work#1", one, 1) for one in places] + [("thread:late#1", STORE, 1)]
    _, runner = watched(trace_of(("main", START, None), *others), lambda run: forced(run, "delay") is not None)
    asked = [run.forcings[0].site for run in runner.asked if len(run.forcings) == 1 and run.forcings[0].kind == "delay"]
    assert len(asked) < 41 + 12 * 7 + 2 * 41  # each once, few again; then whether one is a window
    assert asked.count(STORE.site.key) >= 8


def test_a_delay_that_changes_nothing_finds_nothing() -> None:
    assert isolated(WAITING, lambda run: False) is None


def test_another_failure_under_a_delay_is_not_the_one() -> None:
    assert isolated(WAITING, is_late, failure=failing_at("test_x.py:7")) is None


def test_what_nothing_heals_is_not_named() -> None:
    assert isolated(WAITING, is_late) is None


def test_when_time_is_up_nothing_is_claimed() -> None:
    assert isolated(WAITING, is_late, budget=5) is None


def test_a_share_of_the_time_bounds_the_search_but_not_the_proof() -> None:
    runner = Scripted(lambda run: FAILURE if is_late(run) and not forced(run, "stretch", WAIT.site.key) else None, WAITING, budget=400)
    found = Reproduction(passing=[once(runner)], failure=FAILURE, wants=FAILURE.is_like)
    assert isolate_timing(runner, found, told, share=0.01) is None
    assert len(runner.asked) < 10
    flip = isolate_timing(runner, found, told, share=0.05)
    assert flip is not None
    assert flip.to_failing.runs == 30


def test_what_was_counted_until_the_budget_ended_counts() -> None:
    flip = isolated(WAITING, lambda run: is_late(run) and not forced(run, "stretch", WAIT.site.key), budget=40)
    assert flip is not None
    assert 6 <= flip.to_passing.passed < 30


def test_only_threads_tasks_and_processes_work_at_once() -> None:
    assert works_at_once(WAITING, VICTIM)
    assert works_at_once(trace_of(("main", site("test_x.py:3", source="process", name="Popen"), None)), VICTIM)
    assert works_at_once(trace_of(("main", START, None), ("task:fetch#1", STORE, 1)), VICTIM)
    assert not works_at_once(ALONE, VICTIM)
    assert not works_at_once(None, VICTIM)


def test_the_task_of_an_async_test_is_the_test_itself() -> None:
    assert not works_at_once(trace_of(("task:test_victim#1", STORE, 1)), VICTIM)


def test_a_process_that_is_late_is_delayed_where_it_is_started() -> None:
    start = site("test_x.py:3", source="process", name="Popen")
    trace = trace_of(("main", start, None), ("main", WAIT, None))

    def fails(run: RunRequest) -> bool:
        return forced(run, "delay", start.site.key) is not None and not forced(run, "stretch", WAIT.site.key)

    flip = isolated(trace, fails)
    assert flip is not None
    assert (flip.kind, flip.sites, flip.delayed) == ("wait", (WAIT,), "process 1")


def test_two_readings_that_only_take_the_time_are_no_polling_loop() -> None:
    measuring = trace_of(("main", START, None), ("main", LIMIT, 1.0), ("thread:work#1", STORE, 1), ("main", POLL, 1.1))
    flip = isolated(measuring, lambda run: is_late(run) and not forced(run, "advance", POLL.site.key))
    assert flip is None


def test_work_that_goes_on_is_met_by_a_slow_operation_of_the_test_itself() -> None:
    def fails(run: RunRequest) -> bool:
        waits = forced(run, "delay", START.site.key)
        return forced(run, "pause", "os.rmdir") is not None and (waits is None or waits.seconds < 1)

    flip = isolated(FORGOTTEN, fails)
    assert flip is not None
    assert (flip.kind, flip.sites, flip.delayed) == ("unawaited", (START,), "thread work#1")
    assert flip.pause == "os.rmdir takes 0.05 s longer"


def test_what_a_teardown_meets_is_healed_by_waiting_before_it() -> None:
    failure = replace(FAILURE, phase="teardown")
    runner = Scripted(lambda run: failure if forced(run, "pause", "os.rmdir") and not forced(run, "pause", "teardown") else None, FORGOTTEN)
    found = Reproduction(passing=[once(runner)], failure=failure, wants=failure.is_like)
    flip = isolate_timing(runner, found, told)
    assert flip is not None
    assert [forcing.what for forcing in flip.passing_request.forcings] == ["os.rmdir", "teardown"]
    assert not any(forced(run, "hold") for run in runner.asked)  # nobody else had to be late


def test_starts_in_a_loop_are_waited_for_after_the_last() -> None:
    trace = trace_of(("main", START, None), ("main", START, None), ("main", START, None), ("thread:work#1", STORE, 1))

    def fails(run: RunRequest) -> bool:
        waits = forced(run, "delay", START.site.key)
        return is_late(run) and (waits is None or waits.first != 2)

    flip = isolated(trace, fails)
    assert flip is not None
    assert flip.kind == "unawaited"


def test_a_task_of_asyncio_run_is_the_test_itself_and_waits_at_its_next_await() -> None:
    create = site("test_x.py:4", source="start", name="asyncio.create_task", function="scenario")
    pause = site("test_x.py:5", "await", function="scenario")
    trace = trace_of(
        ("task:scenario#1", pause, None), ("task:scenario#1", create, None), ("task:audit#1", STORE, 1), ("task:scenario#1", pause, None)
    )

    def fails(run: RunRequest) -> bool:
        waits = forced(run, "delay", pause.site.key)
        return forced(run, "hold", "task:audit#1") is not None and (waits is None or waits.first != 1)

    flip = isolated(trace, fails)
    assert flip is not None
    assert (flip.kind, flip.sites) == ("unawaited", (create,))
    assert own_threads(trace, VICTIM) == {"main", "task:scenario#1"}


def test_a_thread_that_only_some_passing_runs_have_seen_is_late_all_the_same() -> None:
    runner = Scripted(lambda run: FAILURE if is_late(run) and not forced(run, "stretch", WAIT.site.key) else None, ALONE)
    alone = once(runner)
    found = Reproduction(passing=[alone, replace(alone, trace=WAITING)], failure=FAILURE, wants=FAILURE.is_like)
    flip = isolate_timing(runner, found, told)
    assert flip is not None
    assert flip.sites == (WAIT,)


def test_a_task_that_was_started_is_not_the_test_itself() -> None:
    trace = trace_of(("main", START, None), ("task:serve#1", STORE, 1))
    assert own_threads(trace, VICTIM) == {"main"}


def test_a_start_in_a_package_at_the_top_is_not_a_helper_of_the_tests() -> None:
    start = site("bus.py:30", source="start", name="Thread.start", function="begin")
    call = site("test_x.py:5", callee="begin")
    trace = trace_of(("main", start, None), ("thread:work#1", STORE, 1), ("main", call, None))
    flip = isolated(trace, lambda run: is_late(run) and not forced(run, "delay", start.site.key))
    assert flip is not None
    assert flip.sites == (start,)


# what the cause chain is made of


def wait_found(fails: Callable[[RunRequest], bool], budget: int) -> tuple[TimingFlip, Reproduction, Scripted]:
    flip = isolated(WAITING, fails)
    assert flip is not None
    again = Scripted(lambda request: FAILURE if fails(request) else None, WAITING, budget=budget)
    return flip, Reproduction(failure=FAILURE, wants=FAILURE.is_like), again


def test_both_sides_of_a_wait_are_traced_for_the_chain() -> None:
    flip, found, runner = wait_found(lambda run: is_late(run) and not forced(run, "stretch", WAIT.site.key), budget=10)
    effect = effect_of(runner, flip, found)
    assert effect is not None
    assert [(run.passed, run.trace) for run in effect] == [(True, WAITING), (False, WAITING)]
    assert len(runner.asked) == 2


def test_without_time_or_where_it_ends_otherwise_there_is_no_chain() -> None:
    fails = lambda run: is_late(run) and not forced(run, "stretch", WAIT.site.key)  # noqa: E731
    flip, found, runner = wait_found(fails, budget=1)
    assert effect_of(runner, flip, found) is None
    lucky = Scripted(lambda request: None, WAITING)
    assert effect_of(lucky, flip, found) is None
    assert len(lucky.asked) == 6


def test_a_wait_in_a_loop_of_many_rounds_shares_what_it_lasts_longer() -> None:
    rounds = 60
    trace = trace_of(("main", START, None), ("thread:work#1", STORE, 1), *[("main", WAIT, None)] * rounds)

    def fails(run: RunRequest) -> bool:
        stretched = forced(run, "stretch", WAIT.site.key)
        return is_late(run) and (stretched is None or stretched.seconds * rounds < 1)

    flip = isolated(trace, fails)
    assert flip is not None
    assert (flip.kind, flip.sites) == ("wait", (WAIT,))
    assert flip.passing_request.forcings[1].seconds * rounds == pytest.approx(1.5)
