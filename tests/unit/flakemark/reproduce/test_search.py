"""The order in which runs are tried until there is a passing and a failing one."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from flakemark.events import Trace
from flakemark.model import FailedTest
from flakemark.recorded import RecordedFailure
from flakemark.reproduce.search import SHARE_OF_REPEATING, Search
from flakemark.runs import Failure, RunRequest
from tests.unit.flakemark.reproduce.bodies import STOPWATCH, broken, dice, filling, stable
from tests.unit.flakemark.scripted import VICTIM, Scripted, failing_at, once, reported, searched, simulated, site, told, trace_of
from tests.unit.flakemark.simulation import SimulatedRun, Simulation


def extreme(run: SimulatedRun) -> None:
    run.check("test_x.py:9", run.draw("test_x.py:5", 1, 1_000_000_000) > 1)


def set_order(run: SimulatedRun) -> None:
    order = run.order("test_x.py:5", "abcdefgh")
    run.check("test_x.py:9", order[0] != "f")


def at_import(run: SimulatedRun) -> None:
    run.check("test_x.py:9", not (run.request.fresh and run.request.hash_seed % 2))


def rare(run: SimulatedRun) -> None:
    run.check("test_x.py:9", run.request.seed != 150)


def test_plain_runs_come_first_as_ci_made_them() -> None:
    runner = simulated(stable)
    found = searched(runner, runs=3)
    assert [(run.fresh, run.probes, run.trace, run.seed, run.hash_seed) for run in runner.asked[:3]] == [
        (True, False, False, seed, seed) for seed in (1, 2, 3)
    ]
    assert [result.request for result in found.plain] == runner.asked[:3]


def test_traced_repeating_ends_with_both_outcomes() -> None:
    runner = simulated(dice)
    found = searched(runner, runs=2)
    assert found.complete
    assert not found.perturbation
    traced = runner.asked[2:]
    assert all(run.trace and not run.fresh and not run.forcings and not run.before for run in traced)
    assert {run.seed for run in traced} == set(range(1, len(traced) + 1))
    assert len(traced) <= 16


WAITING = trace_of(("main", site("test_x.py:6", source="wait", name="Event.wait"), True))


def busy(run: RunRequest) -> bool:
    return any(forcing.kind == "busy" for forcing in run.forcings)


def test_a_test_that_waits_is_tried_with_the_cores_busy() -> None:
    runner = Scripted(lambda run: failing_at("test_x.py:9") if busy(run) and run.seed % 5 == 0 else None, WAITING)
    found = searched(runner)
    assert found.complete
    assert found.perturbation == "the cores were busy"
    assert found.surroundings == [("with the cores busy", 7, 1)]
    assert not any(busy(run.request) for run in found.passing)


def test_a_test_that_waits_for_nothing_is_not() -> None:
    runner = Scripted(lambda run: failing_at("test_x.py:9") if busy(run) else None)
    searched(runner)
    assert not any(map(busy, runner.asked))


def test_orders_of_sets_are_permuted_in_forks() -> None:
    runner = simulated(set_order)
    found = searched(runner, runs=1)
    assert found.perturbation.startswith("another order of sets (")
    assert not found.failing[0].request.fresh


def test_causes_at_import_are_compared_between_fresh_processes() -> None:
    found = searched(simulated(at_import), runs=4)
    assert found.complete
    assert all(result.request.fresh for result in (*found.passing, *found.failing))


RECEIVING = trace_of(("main", site("test_x.py:4", source="network", name="socket.recv"), "half"))


def under(what: str) -> Callable[[RunRequest], bool]:
    return lambda run: any(what in (it.what, it.kind) for it in run.forcings)


def at_another_time(run: RunRequest) -> bool:
    return any(it.kind == "moment" and not it.what and abs(it.seconds - time.time()) > 60 for it in run.forcings)


@pytest.mark.parametrize(("heals", "name"), [(under("held"), "no time passes"), (at_another_time, "at noon of an ordinary day")])
def test_what_fails_here_every_time_is_tried_elsewhere(heals: Callable[[RunRequest], bool], name: str) -> None:
    found = searched(Scripted(lambda run: None if heals(run) else failing_at("test_x.py:9"), STOPWATCH))
    assert found.setting is not None
    assert found.setting.passing.name.startswith(name)
    assert all(heals(result.request) for result in found.passing)
    assert not any(heals(result.request) for result in found.failing)


def test_what_fails_elsewhere_too_is_a_bug() -> None:
    found = searched(Scripted(lambda run: failing_at("test_x.py:9"), STOPWATCH))
    assert found.setting is None
    assert found.everything_failed
    assert any("at noon of an ordinary day" in title for title in found.tried)


def test_what_passes_in_fresh_processes_only_is_compared_with_them() -> None:
    found = searched(Scripted(lambda run: None if run.fresh else failing_at("test_x.py:9"), STOPWATCH))
    assert found.complete
    assert found.passing[0].request.fresh


@pytest.mark.parametrize("values", [6, 60])
def test_where_forks_draw_the_same_every_time_fresh_processes_are_asked(values: int) -> None:
    runner = simulated(lambda run: run.check("test_x.py:9", run.draw("test_x.py:5", 1, values, at_import=True) != values - 1))
    search = Search(runner, reported(), told=told)
    search.run(2)
    found = search.go_on()
    assert found.complete
    assert {result.request.fresh for result in (*found.passing, *found.failing)} == {True}


def test_where_forks_draw_otherwise_every_time_no_fresh_process_is_asked() -> None:
    runner = simulated(lambda run: run.check("test_x.py:9", run.draw("test_x.py:5", 1, 1_000_000) > 0))
    searched(runner)
    assert not any(run.fresh for run in runner.asked if run.trace and run.seed > 1)


def test_messages_come_in_parts_also_where_it_failed_by_itself() -> None:
    turns = iter([False, True] * 500)

    def answer(run: RunRequest) -> Failure | None:
        if not run.forcings:
            return failing_at("test_x.py:9") if run.trace and next(turns) else None
        return failing_at("test_x.py:9") if under("segments")(run) else None

    found = searched(Scripted(answer, RECEIVING))
    assert found.setting is not None
    assert found.setting.failing.at.what == "segments"


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ("urllib.error.URLError: <urlopen error [Errno 111] Connection refused>", "refused"),
        ("socket.gaierror: [Errno -3] Temporary failure in name resolution", "unresolved"),
        ("ConnectionResetError: [Errno 104] Connection reset by peer", "reset"),
        ("requests.exceptions.ReadTimeout: timed out", "slow"),
    ],
)
def test_an_outage_that_the_failure_speaks_of_is_noted_and_not_yet_believed(message: str, what: str) -> None:
    named = message.split(":", maxsplit=1)[0].rsplit(".", 1)[-1]
    runner = Scripted(lambda run: failing_at("test_x.py:9", exception=named) if under(what)(run) else None, RECEIVING)
    found = searched(runner, message=message)
    assert found.outage is not None
    assert found.outage[0].failing.at.what == what
    assert (found.setting, found.complete) == (None, False)
    assert found.believe_outage().setting is found.outage[0]
    assert found.complete


def behind_a_proxy(run: RunRequest) -> bool:
    return any(forcing.what == "environment" and ["http_proxy", "http://127.0.0.1:9"] in forcing.values for forcing in run.forcings)


@pytest.mark.parametrize(("asks_others", "what"), [(False, "environment"), (True, "refused")])
def test_who_asks_only_this_machine_may_meet_a_proxy(asks_others: bool, what: str) -> None:
    def answer(run: RunRequest) -> Failure | None:
        fails = behind_a_proxy(run) or under("refused")(run) or (asks_others and under("alone")(run))
        return failing_at("test_x.py:9", exception="URLError") if fails else None

    found = searched(Scripted(answer, RECEIVING), message="urllib.error.URLError: <urlopen error [Errno 111] Connection refused>")
    assert found.outage is not None
    assert found.outage[0].failing.at.what == what


@pytest.mark.parametrize(
    ("message", "trace"), [("assert 1 == 2", RECEIVING), ("queue.Empty: timed out", STOPWATCH), ("TimeoutError: timed out", STOPWATCH)]
)
def test_other_failures_are_not_blamed_on_the_network(message: str, trace: Trace) -> None:
    runner = Scripted(lambda _: None, trace)
    assert searched(runner, message=message).outage is None
    assert not any(under(what)(run) for run in runner.asked for what in ("refused", "unresolved", "reset", "slow"))


def test_an_outage_that_fails_in_another_way_is_none() -> None:
    runner = Scripted(lambda run: failing_at("test_x.py:9", exception="KeyError") if under("refused")(run) else None, RECEIVING)
    assert searched(runner, message="ConnectionRefusedError: Connection refused").outage is None


def test_a_reported_failure_justifies_extreme_draws() -> None:
    found = searched(simulated(extreme))
    assert found.complete
    assert found.perturbation == "random.randint at its edge 1 in test_x.py:5"


def test_a_stable_test_is_not_provoked() -> None:
    runner = simulated(extreme)
    found = searched(runner, message="")
    assert not found.failing
    assert {forcing.kind for run in runner.asked for forcing in run.forcings} <= {"permute"}


def test_a_test_that_always_fails_is_not_healed_by_extremes() -> None:
    def always(run: SimulatedRun) -> None:
        run.check("test_x.py:9", run.draw("test_x.py:5", 1, 1_000_000_000) <= 1)

    found = searched(simulated(always))
    assert not found.passing


def test_what_was_tried_in_vain_is_told() -> None:
    def never(run: SimulatedRun) -> None:
        run.draw("test_x.py:5", 1, 1_000_000)

    found = searched(simulated(never))
    assert "random.randint at its edge 1 in test_x.py:5" in found.tried
    assert {"TZ=Pacific/Kiritimati", "LC_ALL=C", "LC_ALL=C from the start of the process"} <= set(found.tried)
    assert len(found.tried) == len(set(found.tried))


def test_patience_finds_a_rare_failure() -> None:
    search = Search(simulated(rare), reported(), told=told)
    assert not search.run(2).complete
    found = search.go_on()
    assert [result.request.seed for result in found.failing] == [150]


def test_patience_tries_other_orders_in_between() -> None:
    iterating = trace_of(("main", site("test_x.py:5", "iterate", source="set_order"), ["list", ["a", "b"]]))

    def answer(run: RunRequest) -> Failure | None:
        return failing_at("test_x.py:9") if any(it.kind == "permute" and it.seed == 90 for it in run.forcings) else None

    search = Search(Scripted(answer, iterating), reported(), told=told)
    assert not search.run(2).complete
    found = search.go_on()
    assert found.complete
    assert found.perturbation == "another order of sets (90)"


def test_patience_is_for_known_failures_only() -> None:
    search = Search(simulated(rare), FailedTest(nodeid=VICTIM), told=told)
    search.run(2)
    assert not search.go_on().failing


def test_patience_leaves_seconds_for_the_proof() -> None:
    runner = simulated(stable, budget=1_000)
    search = Search(runner, reported(), told=told)
    search.run(2)
    search.go_on()
    reserve = 1_000 * (1 - SHARE_OF_REPEATING)
    assert reserve - 32 <= runner.seconds_left() <= reserve


def test_no_patience_for_a_test_that_always_fails() -> None:
    runner = simulated(broken)
    search = Search(runner, reported(), told=told)
    search.run(2)
    spent = len(runner.asked)
    search.go_on()
    assert len(runner.asked) == spent


def test_a_budget_that_ends_half_way_keeps_what_is_known() -> None:
    said: list[str] = []
    search = Search(simulated(stable, budget=22), reported(), told=said.append)
    search.reserve = 0.0  # or else it would stop by itself before
    found = search.run(4)
    assert len(found.plain) == 4
    assert len(found.passing) == 18
    assert said[-1] == "the budget is used up"


def test_a_failure_elsewhere_is_strange_as_long_as_the_reported_one_may_come() -> None:
    def twofold(run: SimulatedRun) -> None:
        value = run.draw("test_x.py:5", 1, 6)
        run.check("test_x.py:7", value not in (1, 2))
        run.check("test_x.py:9", value != 3)

    found = searched(simulated(twofold), crash="test_x.py:9")
    assert found.strange
    assert {result.failure.crash for result in found.strange if result.failure} == {"test_x.py:7"}
    assert {result.failure.crash for result in found.failing if result.failure} == {"test_x.py:9"}


def test_a_strange_failure_is_explained_if_the_reported_one_never_comes() -> None:
    other = "test_x.py::test_other"
    runner = Simulation({other: filling, VICTIM: dice})
    found = searched(runner, order=[other, VICTIM], crash="test_x.py:77")
    assert found.failure is not None
    assert found.failure.crash == "test_x.py:9"
    assert found.failing == found.strange
    assert not any(run.before for run in runner.asked)


def test_only_failures_of_one_kind_are_compared() -> None:
    def threefold(run: SimulatedRun) -> None:
        value = run.draw("test_x.py:5", 1, 3)
        run.check("test_x.py:7", value != 1)
        run.check("test_x.py:8", value != 2)

    found = searched(simulated(threefold), crash="test_x.py:77")
    assert len({result.failure for result in found.failing}) == 1


def test_the_phase_of_a_failure_counts() -> None:
    found = searched(simulated(dice), phase="setup")
    assert found.strange  # "call" is not what was reported


def test_a_recorded_failure_needs_a_passing_run_only() -> None:
    failing = next(result for seed in range(100) if (result := once(simulated(dice), seed=seed)).failed)
    assert failing.failure is not None
    assert failing.trace is not None
    runner = simulated(stable)
    found = searched(runner, runs=2, recorded=RecordedFailure(failing.failure, failing.trace))
    assert found.complete
    assert found.recorded
    assert found.failing[0].trace is failing.trace
    assert found.failing[0].request == found.passing[0].request
    assert len(runner.asked) == 2 + 8


def test_without_its_record_a_failure_is_looked_for_in_all_ways() -> None:
    runner = Scripted(lambda request: failing_at("test_x.py:9") if busy(request) else None, WAITING)
    search = Search(runner, reported(), told=told, recorded=RecordedFailure(failing_at("test_x.py:9"), WAITING))
    assert search.run(2).recorded
    assert not any(map(busy, runner.asked))
    found = search.without_record()
    assert not found.recorded
    assert [busy(run.request) for run in found.failing] == [True] * 8
    assert len(found.plain) == 2


def test_a_failure_that_comes_by_itself_is_preferred_to_the_recorded_one() -> None:
    recorded = RecordedFailure(failing_at("test_x.py:9"), Scripted(lambda request: None).trace)
    found = searched(simulated(dice), recorded=recorded)
    assert found.complete
    assert not found.recorded


@pytest.mark.parametrize(("plain_fails", "patience"), [(True, 100), (False, 1_200)])
def test_what_never_fails_in_forks_is_repeated_in_processes_of_its_own(plain_fails: bool, patience: int) -> None:
    def answer(run: RunRequest) -> Failure | None:
        fails = plain_fails and run.seed == 1 if not run.probes else run.fresh and run.seed % 16 == 0
        return failing_at("test_x.py:9") if fails else None

    runner = Scripted(answer, budget=4_000)
    search = Search(runner, reported(), told=told)
    search.run(2)
    found = search.go_on()
    assert found.complete
    assert found.failing[0].request.fresh
    assert len(runner.asked) < patience + 100
