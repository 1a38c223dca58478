"""The same expectations for the real Laboratory and for the simulation that stands for it in the tests of later stages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flakemark.errors import EnvironmentBroken
from flakemark.events import Trace, TracedSite
from flakemark.model import NodeId
from flakemark.runs import Forcing, Outcome, Runner, RunRequest
from tests.unit.flakemark.simulation import SimulatedRun, Simulation

SOURCE = """\
import random
import secrets

STATE = []

def test_victim():
    secrets.randbelow(1000)
    value = random.randint(1, 4)
    assert value != 3

def test_polluter():
    STATE.append(1)
    assert len(STATE) == 0

def test_polluted():
    assert not STATE

def test_order():
    assert list({"a", "b", "c", "d", "e"})[0] != "c"
"""
VICTIM, POLLUTER, POLLUTED, ORDER = (NodeId(f"test_it.py::test_{name}") for name in ("victim", "polluter", "polluted", "order"))


def victim(run: SimulatedRun) -> None:
    run.draw("test_it.py:7", 0, 999, unseeded=True)
    value = run.draw("test_it.py:8", 1, 4)
    run.check("test_it.py:9", value != 3)


def polluter(run: SimulatedRun) -> None:
    run.state["test_it.STATE"] = [1]
    run.check("test_it.py:13", False)


def polluted(run: SimulatedRun) -> None:
    run.check("test_it.py:16", not run.state.get("test_it.STATE"))


def order(run: SimulatedRun) -> None:
    run.check("test_it.py:19", run.order("test_it.py:19", "abcde")[0] != "c")


@pytest.fixture(params=["real", "simulated"], scope="module")
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    if request.param == "simulated":
        yield Simulation({VICTIM: victim, POLLUTER: polluter, POLLUTED: polluted, ORDER: order})
    else:
        yield request.getfixturevalue("make_bench")(SOURCE).lab


def runs(runner: Runner, name: NodeId, seeds: range, **wishes: Any) -> list[Any]:
    return runner.run([RunRequest(victim=name, seed=seed, **wishes) for seed in seeds])


def draw_site(trace: Trace) -> TracedSite:
    return next(site for site in trace.sites if site.source_name == "random.randint")


def test_the_tests_are_named_in_the_order_of_the_file(runner: Runner) -> None:
    assert runner.surroundings().items == (VICTIM, POLLUTER, POLLUTED, ORDER)
    assert runner.surroundings().forkable


def test_seeds_decide_the_outcome(runner: Runner) -> None:
    once, again = runs(runner, VICTIM, range(16)), runs(runner, VICTIM, range(16))
    assert {result.outcome for result in once} == {Outcome.PASSED, Outcome.FAILED}
    assert [result.outcome for result in once] == [result.outcome for result in again]


def test_results_come_in_the_order_of_the_requests(runner: Runner) -> None:
    requests = [RunRequest(victim=name, seed=seed) for seed in (1, 2) for name in (VICTIM, POLLUTER, POLLUTED)]
    assert [result.request for result in runner.run(requests)] == requests


def test_a_failure_names_its_kind_and_its_line(runner: Runner) -> None:
    failure = next(result.failure for result in runs(runner, VICTIM, range(16)) if result.failed)
    assert (failure.phase, failure.exception, failure.crash, failure.where) == ("call", "AssertionError", "test_it.py:9", "test_it.py:9")
    assert failure.is_like(next(result.failure for result in runs(runner, VICTIM, range(16, 40)) if result.failed))


def test_only_traced_runs_have_a_trace(runner: Runner) -> None:
    traced, plain = runner.run([RunRequest(victim=VICTIM, trace=True), RunRequest(victim=VICTIM)])
    assert plain.trace is None
    assert draw_site(traced.trace).site.line == 8
    assert draw_site(traced.trace).source_kind == "draw"


@pytest.mark.parametrize(("pinned", "outcome"), [(3, Outcome.FAILED), (1, Outcome.PASSED)])
def test_a_pin_decides_the_outcome_against_every_seed(runner: Runner, pinned: int, outcome: Outcome) -> None:
    [traced] = runs(runner, VICTIM, range(1), trace=True)
    pin = Forcing(kind="pin", site=draw_site(traced.trace).site.key, values=(pinned,))
    assert {result.outcome for result in runs(runner, VICTIM, range(8), forcings=(pin,))} == {outcome}


def test_an_edge_value_is_the_lowest_that_can_be_drawn_at_first(runner: Runner) -> None:
    [traced] = runs(runner, VICTIM, range(1), trace=True)
    edge = Forcing(kind="edge", site=draw_site(traced.trace).site.key, edge=0)
    [result] = runs(runner, VICTIM, range(1), trace=True, forcings=(edge,))
    assert 1 in [event.literal for event in result.trace.events if result.trace.sites[event.site].source_name == "random.randint"]


def test_tests_that_ran_before_can_pollute_and_are_named_when_they_fail(runner: Runner) -> None:
    [alone] = runs(runner, POLLUTED, range(1))
    [after] = runs(runner, POLLUTED, range(1), before=(POLLUTER,))
    assert (alone.outcome, alone.others_failed) == (Outcome.PASSED, ())
    assert (after.outcome, after.others_failed) == (Outcome.FAILED, (POLLUTER,))


def test_no_run_sees_what_an_earlier_run_left(runner: Runner) -> None:
    runs(runner, POLLUTER, range(4))
    assert {result.outcome for result in runs(runner, POLLUTED, range(4))} == {Outcome.PASSED}


def test_changed_state_is_listed_and_restoring_it_heals(runner: Runner) -> None:
    [after] = runs(runner, POLLUTED, range(1), before=(POLLUTER,), compare_state=True)
    path = next(change.path for change in after.state if "STATE" in change.path)
    [healed] = runs(runner, POLLUTED, range(1), before=(POLLUTER,), restore=(path,))
    assert healed.outcome is Outcome.PASSED


def test_permuting_sets_shows_both_outcomes(runner: Runner) -> None:
    permute = [Forcing(kind="permute", what="set_order", seed=seed) for seed in range(1, 25)]
    results = runner.run([RunRequest(victim=ORDER, forcings=(forcing,)) for forcing in permute])
    assert {result.outcome for result in results} == {Outcome.PASSED, Outcome.FAILED}


def test_an_unknown_test_cannot_be_run(runner: Runner) -> None:
    with pytest.raises(EnvironmentBroken, match="collects no such test"):
        runner.run([RunRequest(victim=NodeId("test_it.py::test_nothing"))])


def test_every_run_is_counted(runner: Runner) -> None:
    before = runner.spent()
    results = runs(runner, VICTIM, range(6))
    after = runner.spent()
    assert after.runs - before.runs == 6
    assert after.failed - before.failed == sum(result.failed for result in results)
    assert after.seconds > before.seconds
