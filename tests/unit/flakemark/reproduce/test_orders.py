"""Other tests first: which orders are tried, how often, and what counts as ending otherwise."""

from __future__ import annotations

import pytest

from flakemark.model import NodeId, TestOrder
from flakemark.reproduce.search import Search
from flakemark.runs import GARBAGE, Failure, Forcing, RunRequest
from tests.unit.flakemark.reproduce.bodies import STOPWATCH, broken, dice, filling, stable
from tests.unit.flakemark.scripted import VICTIM, Scripted, failing_at, reported, searched, told
from tests.unit.flakemark.simulation import SimulatedRun, Simulation


def polluted(run: SimulatedRun) -> None:
    run.check("test_x.py:9", not run.state.get("shop.cart"))


def brittle(run: SimulatedRun) -> None:
    run.check("test_x.py:9", bool(run.state.get("shop.cart")))


def test_after_repeating_in_vain_the_order_of_the_report_is_tried() -> None:
    others = [f"test_x.py::test_{number}" for number in range(4)]
    runner = Simulation({**dict.fromkeys(others, filling), VICTIM: polluted})
    found = searched(runner, order=[*others[:2], VICTIM, *others[2:]])
    assert found.ordered is not None
    assert found.ordered.failed
    assert found.ordered.request.before == tuple(others[:2])


def test_other_tests_come_first_before_the_test_ran_alone_too_often() -> None:
    other = "test_x.py::test_other"
    runner = Simulation({other: filling, VICTIM: polluted})
    searched(runner, order=[other, VICTIM])
    first = next(number for number, run in enumerate(runner.asked) if run.before)
    assert 16 <= first <= 20
    assert not [run for run in runner.asked[first:] if not run.before]


def test_what_another_failed_test_needed_is_tried_before_the_whole_report() -> None:
    others = [NodeId(f"test_x.py::test_{number}") for number in range(9)]
    runner = Simulation({**dict.fromkeys(others, stable), others[4]: filling, VICTIM: polluted})
    met = [TestOrder(polluters=(others[2],)), TestOrder(polluters=(VICTIM,)), TestOrder(polluters=(others[4],), state="shop.cart")]
    found = Search(runner, reported(), order=[*others, VICTIM], told=told, met=met).run(2)
    assert found.ordered is not None
    assert [run.before for run in runner.asked if run.before] == [(others[2],)] * 2 + [(others[4],)] * 2


def test_a_polluter_that_ran_elsewhere_is_tried_last_of_all() -> None:
    before, after = "test_x.py::test_before", "test_x.py::test_after"
    runner = Simulation({before: stable, VICTIM: polluted, after: filling})
    found = searched(runner, order=[before, VICTIM, after])
    assert found.ordered is not None
    assert found.ordered.request.before == (before, after)


def test_a_test_that_fails_alone_is_run_after_others() -> None:
    setter = "test_x.py::test_setter"
    runner = Simulation({setter: filling, VICTIM: brittle})
    found = searched(runner, order=[setter, VICTIM])
    assert found.ordered is not None
    assert found.ordered.passed


def test_a_test_that_fails_alone_is_not_run_again_after_those_after_which_it_failed() -> None:
    before, after = "test_x.py::test_before", "test_x.py::test_after"
    runner = Simulation({before: stable, after: stable, VICTIM: broken})
    searched(runner, order=[before, VICTIM, after])
    assert {run.before for run in runner.asked} == {(), (before, after), (after, before)}


def test_a_failure_that_speaks_of_garbage_is_looked_for_where_it_is_kept_until_then() -> None:
    before = NodeId("test_x.py::test_before")

    def answer(run: RunRequest) -> Failure | None:
        met = before in run.before and any(it.kind == GARBAGE for it in run.forcings)
        return failing_at("conftest.py:1", exception="ExceptionGroup", message="multiple unraisable exception warnings") if met else None

    message = "pytest.PytestUnraisableExceptionWarning: Exception ignored in: <_io.FileIO [closed]>"
    found = searched(Scripted(answer, STOPWATCH), order=[before, VICTIM], message=message)
    assert found.ordered is not None
    assert found.ordered.request.forcings == (Forcing(kind=GARBAGE),)


def emptying(run: SimulatedRun) -> None:
    run.state["shop.cart"] = ""


@pytest.mark.parametrize(
    "order",
    [
        ["test_a.py::test_1", "test_b.py::test_2", VICTIM],  # the other way round
        ["test_a.py::test_1", "test_a.py::test_3", "test_b.py::test_2", VICTIM],
    ],
)
def test_what_one_test_changes_another_one_may_put_back(order: list[str]) -> None:
    bodies = {"test_a.py::test_1": filling, "test_a.py::test_3": stable, "test_b.py::test_2": emptying, VICTIM: polluted}
    found = searched(Simulation({name: bodies[name] for name in order}), order=order)
    assert found.ordered is not None
    assert found.ordered.request.before[-1] == "test_a.py::test_1"


def test_after_each_file_alone_it_may_end_otherwise() -> None:
    bodies = {"test_a.py::test_1": filling, "test_b.py::test_2": emptying, "test_c.py::test_3": emptying}
    order = ["test_c.py::test_3", "test_a.py::test_1", "test_b.py::test_2", VICTIM]
    found = searched(Simulation({**bodies, VICTIM: polluted}), order=order)
    assert found.ordered is not None
    assert found.ordered.request.before == ("test_a.py::test_1",)


def test_pollution_that_is_flaky_itself_is_given_several_chances() -> None:
    other, turns = NodeId("test_x.py::test_first"), iter([False] * 9 + [True] * 9)

    def now_and_then(run: SimulatedRun) -> None:
        run.state["shop.cart"] = next(turns)

    found = searched(Simulation({other: now_and_then, VICTIM: polluted}), order=[other, VICTIM])
    assert found.ordered is not None
    assert found.ordered.failed


def test_a_test_of_both_outcomes_alone_is_not_run_after_others() -> None:
    other = "test_x.py::test_other"
    runner = Simulation({other: filling, VICTIM: dice})
    assert searched(runner, order=[other, VICTIM]).ordered is None
    assert not any(run.before for run in runner.asked)


def test_a_failure_of_another_kind_after_others_is_not_the_one() -> None:
    other = "test_x.py::test_other"
    runner = Simulation({other: filling, VICTIM: polluted})
    assert searched(runner, order=[other, VICTIM], crash="test_x.py:77").ordered is None


def test_the_order_of_the_report_is_the_order_of_its_sessions_and_not_of_the_files() -> None:
    names = [f"test_x.py::test_{name}" for name in "cab"]
    runner = Simulation({**dict.fromkeys(sorted(names), stable), VICTIM: stable})
    searched(runner, order=[*names, VICTIM])
    assert next(run.before for run in runner.asked if run.before) == tuple(map(NodeId, names))


def test_after_other_tests_it_is_repeated_with_other_draws() -> None:
    def answer(run: RunRequest) -> Failure | None:
        return failing_at("test_x.py:9") if run.before and run.seed == 5 else None

    found = searched(Scripted(answer), order=("test_x.py::test_other", VICTIM))
    assert found.ordered is not None
    assert found.ordered.request.seed == 5
