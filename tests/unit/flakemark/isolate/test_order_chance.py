"""Pollution that is flaky itself, and what only looks like pollution."""

from __future__ import annotations

import random

import pytest

from flakemark.isolate.order import isolate_order
from flakemark.isolation import Tally
from flakemark.model import NodeId
from flakemark.runs import Failure, RunRequest, RunResult, StateChange
from tests.unit.flakemark.isolate.polluted import LEAK, POLLUTER, THREADS, WRITE, names, needs, ordered, simulation
from tests.unit.flakemark.scripted import VICTIM, Scripted, failing_at, site, told, trace_of
from tests.unit.flakemark.simulation import Body, SimulatedRun


def test_pollution_that_is_flaky_itself_is_counted() -> None:
    chance = random.Random(4)

    def now_and_then(run: SimulatedRun) -> None:
        run.state["shop.cart"] = "full" if chance.random() < 0.9 else "empty"

    runner = simulation(needs("shop.cart"), {6: now_and_then})
    result = next(result for result in iter(lambda: ordered(runner), None) if result.failed)
    found = isolate_order(runner, result, told)
    assert found is not None
    assert found.tests == (names()[6],)
    assert 0 < found.with_them.passed < found.with_them.failed


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("rate", [0.3, 0.5, 0.8])
def test_a_polluter_that_pollutes_now_and_then_is_found_all_the_same(rate: float, seed: int) -> None:
    chance = random.Random(seed)

    def now_and_then(run: SimulatedRun) -> None:
        run.state["shop.cart"] = "full" if chance.random() < rate else "empty"
        run.state["shop.noise"] = chance.random()

    runner = simulation(needs("shop.cart"), {6: now_and_then})
    result = next(result for result in iter(lambda: ordered(runner), None) if result.failed)
    found = isolate_order(runner, result, told)
    assert found is not None
    assert names()[6] in found.tests
    assert found.change is not None
    assert found.change.path == "shop.cart"
    assert (found.healed.failed, found.write) == (0, WRITE)


def leaking(*, slow_enough: bool = True, seed: int = 3, rate: float = 0.5) -> tuple[Scripted, RunResult]:
    """A polluter leaves a thread running that meets the victim in one run of two, and always when the victim is slow."""
    chance = random.Random(seed)

    def answer(run: RunRequest) -> Failure | None:
        held = any(it.kind == "hold" and it.what == "thread:Exporter.run#1" for it in run.forcings)
        slow = slow_enough and any(it.kind == "delay" for it in run.forcings)
        meets = names()[6] in run.before and not held and (slow or chance.random() < rate)
        return failing_at("test_x.py:9") if meets else None

    runner = Scripted(
        answer, THREADS, state=(StateChange("thread Exporter.run", "0", "1"), StateChange("sys.path[]", "a", "b")), writes=(LEAK,)
    )
    request = RunRequest(victim=VICTIM, before=tuple(names()))
    return runner, next(result for result in iter(lambda: runner.run([request])[0], None) if result.failed)


def test_a_thread_that_was_left_running_is_named_and_a_slow_victim_proves_it() -> None:
    runner, result = leaking()
    found = isolate_order(runner, result, told)
    assert found is not None
    assert found.tests == (names()[6],)
    assert (found.change and found.change.path, found.write) == ("thread Exporter.run", LEAK)
    assert (found.with_them, found.alone, found.healed) == (Tally(0, 30), Tally(30, 0), Tally(30, 0))
    assert [forcing.kind for forcing in found.with_request.forcings] == ["delay"]


def test_places_that_fail_by_luck_do_not_push_out_the_one_that_makes_it_certain() -> None:
    places = [site(f"test_x.py:{line}") for line in range(8, 16)]
    runner, result = leaking()
    runner.trace = trace_of(("thread:Exporter.run#1", THREADS.sites[0], 1), *[("main", place, 1) for place in places])
    usual, chance = runner.answer, random.Random(1)

    def answer(run: RunRequest) -> Failure | None:
        paused = [it for it in run.forcings if it.kind == "delay"]
        if paused and paused[0].site != places[-1].site.key:  # only the last place makes it certain
            met = names()[6] in run.before and not any(it.kind == "hold" for it in run.forcings) and chance.random() < 0.75
            return failing_at("test_x.py:9") if met else None
        return usual(run)

    runner.answer = answer
    found = isolate_order(runner, result, told)
    assert found is not None
    assert [forcing.site for forcing in found.with_request.forcings] == [places[-1].site.key]
    assert found.with_them == Tally(0, 30)


@pytest.mark.parametrize("seed", range(6))
def test_pollution_that_looked_certain_at_first_is_made_so(seed: int) -> None:
    runner, result = leaking(seed=seed, rate=0.9)
    found = isolate_order(runner, result, told)
    assert found is not None
    assert (found.with_them, found.healed, found.write) == (Tally(0, 30), Tally(30, 0), LEAK)


def test_a_test_that_only_took_time_is_left_out_once_the_victim_is_slow() -> None:
    """Two tests that seemed to be needed together: the thread of one met the victim while the other one ran."""
    runner, result = leaking(rate=0.9)
    usual = runner.answer

    def answer(run: RunRequest) -> Failure | None:
        too_soon = not any(it.kind == "delay" for it in run.forcings) and names()[8] not in run.before
        return None if too_soon else usual(run)

    runner.answer = answer
    assert len(isolate_order(runner, result, told).tests) == 1  # type: ignore[union-attr]


def test_who_waits_for_a_thread_that_never_gets_going_is_not_waited_for() -> None:
    runner, result = leaking()
    isolate_order(runner, result, told)
    held = [run for run in runner.asked if any(it.kind == "hold" for it in run.forcings)]
    assert held
    assert all(run.patience is not None and run.patience < 10 for run in held)
    assert not any(run.patience for run in runner.asked if run not in held)


def test_where_no_pause_makes_it_certain_the_counts_say_so() -> None:
    runner, result = leaking(slow_enough=False)
    found = isolate_order(runner, result, told)
    assert found is not None
    assert found.change is not None
    assert found.change.path == "thread Exporter.run"
    assert found.with_request.forcings == ()
    assert 5 < found.with_them.failed < 25
    assert found.healed == Tally(30, 0)


def test_a_test_that_fails_as_often_without_the_others_depends_on_none() -> None:
    runs = 0

    def answer(_: RunRequest) -> Failure | None:
        nonlocal runs
        runs += 1
        return failing_at("test_x.py:9") if runs % 4 == 1 else None

    runner = Scripted(answer)
    [seen] = runner.run([RunRequest(victim=VICTIM, before=(POLLUTER,))])
    assert isolate_order(runner, seen, told) is None


@pytest.mark.parametrize(("one_of", "expected"), [(15, None), (3, (POLLUTER,))])
def test_a_few_failures_after_others_and_none_without_them_may_be_chance(one_of: int, expected: tuple[NodeId, ...] | None) -> None:
    runs = 0

    def answer(run: RunRequest) -> Failure | None:
        nonlocal runs
        runs += bool(run.before)
        return failing_at("test_x.py:9") if run.before and runs % one_of == 1 else None

    runner = Scripted(answer)
    [seen] = runner.run([RunRequest(victim=VICTIM, before=(POLLUTER,))])
    found = isolate_order(runner, seen, told)
    assert (found and found.tests) == expected


def draws(run: SimulatedRun) -> None:
    run.state["random state"] = f"as seed {run.request.seed} leaves it"


def reseeds(run: SimulatedRun) -> None:
    run.state["random state"] = "as seed 1 leaves it"


@pytest.mark.parametrize(("polluter", "matters"), [(draws, False), (reseeds, True)])
def test_who_only_draws_before_it_is_no_polluter_and_who_seeds_is_one(polluter: Body, matters: bool) -> None:
    def victim(run: SimulatedRun) -> None:
        run.check("test_x.py:9", run.state.get("random state") != "as seed 1 leaves it")

    runner = simulation(victim, {6: polluter})
    failed = runner.run([RunRequest(victim=VICTIM, before=tuple(names()), seed=1)])[0]
    found = isolate_order(runner, failed, told)
    assert (found is not None) == matters
    if found is not None:
        assert found.change is not None
        assert found.change.path == "random state"
