"""What the findings mean: verdict, cause, chain, evidence, recipe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from flakemark import recipe
from flakemark.align import align
from flakemark.explain.confidence import NAMED_FROM
from flakemark.explain.diagnosis import Findings, explain
from flakemark.isolate.flip import isolate
from flakemark.isolate.further import further_causes
from flakemark.isolate.order import isolate_order
from flakemark.isolation import Isolation, Tally
from flakemark.model import Category, Diagnosis, NodeId, Status, Verdict
from flakemark.reproduction import Reproduction
from flakemark.runs import Spent, StateWrite, Surroundings
from tests.unit.flakemark.scripted import VICTIM, Followed, failing_at, once, reported, searched, simulated, told
from tests.unit.flakemark.simulation import Body, SimulatedRun, Simulation

HERE = Surroundings(python="3.11.7", items=(VICTIM,), forkable=True)


def dice(run: SimulatedRun) -> None:
    run.draw("test_x.py:4", 1, 1_000_000, unseeded=True)
    value = run.draw("test_x.py:5", 1, 6)
    run.draw("test_x.py:6", 1, 1_000_000, unseeded=True)
    double = run.value("test_x.py:7", value * 2)
    run.value("test_x.py:8", "constant")
    run.check("test_x.py:9", double != 6)


def stable(run: SimulatedRun) -> None:
    run.check("test_x.py:9", True)


def broken(run: SimulatedRun) -> None:
    run.check("test_x.py:9", run.value("test_x.py:8", False))


def read_line(file: str, line: int) -> str:
    return f"{file} line {line}"


def read_file(_: str) -> str:
    return ""


def findings(runner: Simulation, found: Reproduction, isolation: Isolation, **facts: object) -> Findings:
    return Findings(test=reported(**facts), found=found, isolation=isolation, spent=runner.spent(), surroundings=HERE, seconds=1.26)


def explained(body: Body, **facts: object) -> Diagnosis:
    runner = simulated(body)
    found = searched(runner, **facts)
    isolation = isolate(runner, found, align, told) if found.complete else Isolation()
    return explain(findings(runner, found, isolation, **facts), align, read_line, read_file)


@pytest.fixture(scope="module")
def diagnosis() -> Diagnosis:
    return explained(dice)


def test_both_outcomes_mean_flaky(diagnosis: Diagnosis) -> None:
    assert diagnosis.verdict is Verdict.FLAKY


def test_the_cause_is_the_line_that_flips_with_its_source(diagnosis: Diagnosis) -> None:
    cause = diagnosis.cause
    assert cause is not None
    assert (cause.file, cause.line, cause.end_line, cause.source) == ("test_x.py", 5, 5, "test_x.py line 5")
    assert (cause.status, cause.category) == (Status.CONFIRMED, Category.RANDOMNESS)
    assert cause.confidence >= NAMED_FROM
    assert "random.randint" in cause.title
    assert "failing run: 3" in cause.detail


def test_the_chain_goes_from_the_cause_to_the_assertion_without_distractors(diagnosis: Diagnosis) -> None:
    assert [(link.line, link.failing) for link in diagnosis.chain] == [(7, "6"), (9, "assert False")]
    assert diagnosis.chain[-1].passing == "passes"


def test_the_evidence_counts_unforced_runs_both_directions_and_controls(diagnosis: Diagnosis) -> None:
    shown = {(one.kind, one.setting): (one.passed, one.failed) for one in diagnosis.evidence.interventions}
    assert shown["pin", "failing"] == (0, 30)
    assert shown["pin", "passing"] == (30, 0)
    assert shown["control", "failing"] == (1, 0)
    assert {setting for kind, setting in shown if kind == "none"} == {"plain runs, without probes", "traced runs"}
    assert diagnosis.evidence.runs == diagnosis.cost.runs


def test_the_recipe_round_trips_and_flips_the_outcome(diagnosis: Diagnosis) -> None:
    assert diagnosis.recipe is not None
    failing, passing = simulated(dice).run([recipe.loads(diagnosis.recipe.failing), recipe.loads(diagnosis.recipe.passing)])
    assert failing.failed
    assert passing.passed


def test_the_command_is_quoted_for_a_shell() -> None:
    node_id = NodeId("test_x.py::test_victim[it's; rm -rf]")
    runner = Simulation({node_id: dice})
    found = Reproduction(failure=failing_at("test_x.py:9"))
    isolation = isolate(simulated(dice), searched(simulated(dice)), align, told)
    given = replace(findings(runner, found, isolation), test=replace(reported(), nodeid=node_id), report="my reports/f.json")
    assert explain(given, align, read_line, read_file).reproduce == (
        """flakemark replay 'my reports/f.json' 'test_x.py::test_victim[it'"'"'s; rm -rf]'"""
    )


def test_a_test_that_always_fails_is_a_bug() -> None:
    found = explained(broken)
    assert found.verdict is Verdict.CONSISTENT_FAILURE
    assert found.cause is None
    assert found.notes[0] == "every run fails at test_x.py:9: assert False"


def test_a_test_that_never_fails_is_not_reproduced() -> None:
    found = explained(stable)
    assert found.verdict is Verdict.NOT_REPRODUCED
    assert (found.cause, found.candidates, found.recipe, found.reproduce) == (None, (), None, "")


def test_without_any_run_nothing_is_said_about_the_test() -> None:
    runner = simulated(stable)
    assert explain(findings(runner, Reproduction(), Isolation()), align, read_line, read_file).verdict is Verdict.NOT_REPRODUCED


def test_a_failure_that_only_a_perturbation_healed_is_flaky() -> None:
    failed, healed = once(simulated(broken)), once(simulated(stable))
    found = Reproduction(plain=[failed], passing=[healed], failing=[failed], perturbation="another order of sets (1)")
    told_of = explain(findings(simulated(stable), found, Isolation()), align, read_line, read_file)
    assert told_of.verdict is Verdict.FLAKY
    assert "one outcome only came when perturbed: another order of sets (1)" in told_of.notes


def test_suspects_are_never_named() -> None:
    runner = simulated(dice)
    isolation = isolate(simulated(dice, budget=0), searched(runner), align, told)
    found = explain(findings(runner, searched(runner), isolation), align, read_line, read_file)
    assert found.cause is None
    assert found.fix is None
    assert found.candidates
    assert all(one.status is Status.SUSPECTED and one.confidence < NAMED_FROM for one in found.candidates)


def test_suspects_that_were_cleared_are_not_listed(diagnosis: Diagnosis) -> None:
    assert [one.line for one in diagnosis.candidates if one.status is Status.SUSPECTED] == []


def test_a_flip_with_too_few_runs_is_a_candidate_and_not_the_cause() -> None:
    runner = simulated(dice)
    found = searched(runner)
    isolation = isolate(runner, found, align, told)
    isolation.flips = [replace(isolation.flips[0], to_failing=Tally(0, 4), to_passing=Tally(4, 0))]
    shown = explain(findings(runner, found, isolation), align, read_line, read_file)
    assert shown.cause is None
    assert shown.candidates[0].confidence < NAMED_FROM
    assert shown.chain == ()
    assert shown.verdict is Verdict.FLAKY


def test_a_draw_that_is_only_waited_for_is_a_candidate_and_not_the_cause() -> None:
    runner = simulated(dice)
    found = searched(runner)
    isolation = isolate(runner, found, align, told)
    isolation.latency = True
    shown = explain(findings(runner, found, isolation), align, read_line, read_file)
    assert shown.cause is None
    assert (shown.candidates[0].line, shown.candidates[0].status) == (5, Status.CORRELATED)


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (
            lambda it: replace(it, surroundings=replace(HERE, forkable=False, reason="2 threads")),
            "every run had a fresh process: 2 threads",
        ),
        (lambda it: replace(it, surroundings=replace(HERE, untouched=("a.py", "b.py"))), "loaded without probes: a.py, b.py"),
        (
            lambda it: replace(it, test=reported(attempts=3, failures=1)),
            "the report itself shows that it is flaky: 1 of 3 attempts failed",
        ),
    ],
)
def test_circumstances_are_noted(change: Callable[[Findings], Findings], note: str) -> None:
    given = findings(simulated(stable), Reproduction(), Isolation())
    assert explain(change(given), align, read_line, read_file).notes == (note,)


def test_a_recorded_failure_is_noted() -> None:
    found = Reproduction(recorded=True)
    notes = explain(findings(simulated(stable), found, Isolation()), align, read_line, read_file).notes
    assert notes == ("the failing run is the recorded one; it did not have to fail again by itself",)


def test_what_was_tried_in_vain_is_bounded() -> None:
    found = Reproduction(tried=[f"plan {number}" for number in range(30)])
    [note] = explain(findings(simulated(stable), found, Isolation()), align, read_line, read_file).notes
    assert note.startswith("tried without effect: plan 0; plan 1;")
    assert note.endswith("plan 7 and 22 more")


# order dependence


def filling(run: SimulatedRun) -> None:
    run.state["shop.cart"] = "full"


def polluted(run: SimulatedRun) -> None:
    run.check("test_x.py:9", not run.state.get("shop.cart"))


def brittle(run: SimulatedRun) -> None:
    run.check("test_x.py:9", bool(run.state.get("shop.cart")))


def of_order(victim: Body, *, writers: bool = True) -> Diagnosis:
    other = NodeId("test_x.py::test_other")
    written = {"shop.cart": StateWrite("shop/cart.py", 12, "fill", "'full'")} if writers else {}
    runner = Followed({other: filling, VICTIM: victim}, writers=written)
    found = searched(runner, order=[other, VICTIM])
    assert found.ordered is not None
    isolation = Isolation(order=isolate_order(runner, found.ordered, told))
    return explain(findings(runner, found, isolation), align, read_line, read_file)


def test_a_polluted_test_is_blamed_on_the_line_that_writes_the_state() -> None:
    found = of_order(polluted)
    assert found.verdict is Verdict.FLAKY
    assert found.cause is not None
    assert (found.cause.file, found.cause.line, found.cause.category) == ("shop/cart.py", 12, Category.ORDER_DEPENDENCY)
    assert found.cause.status is Status.CONFIRMED
    assert found.order is not None
    assert (found.order.polluters, found.order.state) == (("test_x.py::test_other",), "shop.cart")
    assert [link.line for link in found.chain] == [9]
    shown = [(one.setting, one.passed, one.failed) for one in found.evidence.interventions if one.kind != "none"]
    assert shown == [("run before it", 0, 30), ("not run", 30, 0), ("put back after it", 30, 0)]


def test_a_polluter_whose_line_is_unknown_names_the_tests_only() -> None:
    found = of_order(polluted, writers=False)
    assert found.cause is None
    assert found.order is not None
    assert found.order.polluters == ("test_x.py::test_other",)


def test_a_brittle_test_is_blamed_on_the_line_that_takes_the_state_for_granted() -> None:
    found = of_order(brittle)
    assert found.order is not None
    assert found.order.state_setters == ("test_x.py::test_other",)
    assert [(one.file, one.line) for one in found.candidates] == [("test_x.py", 9)]


def test_the_recipe_of_an_order_flips_the_outcome() -> None:
    runner = Simulation({"test_x.py::test_other": filling, VICTIM: polluted})
    for found, victim in ((of_order(polluted), polluted), (of_order(brittle), brittle)):
        runner = Simulation({"test_x.py::test_other": filling, VICTIM: victim})
        assert found.recipe is not None
        failing, passing = runner.run([recipe.loads(found.recipe.failing), recipe.loads(found.recipe.passing)])
        assert (failing.failed, passing.passed) == (True, True)


def test_an_order_without_time_to_look_is_noted() -> None:
    ordered = once(simulated(broken), before=(NodeId("test_x.py::test_other"),))
    found = Reproduction(ordered=ordered)
    shown = explain(findings(simulated(stable), found, Isolation()), align, read_line, read_file)
    assert shown.verdict is Verdict.FLAKY
    assert shown.notes == ("it ended otherwise after 1 other tests; which of them matters was not found",)


def test_the_cost_is_what_was_spent() -> None:
    given = replace(findings(simulated(stable), Reproduction(), Isolation()), spent=Spent(7, 3, 4, 9.0))
    shown = explain(given, align, read_line, read_file)
    assert (shown.cost.runs, shown.cost.seconds) == (7, 1.3)
    assert (shown.evidence.runs, shown.evidence.passed, shown.evidence.failed) == (7, 3, 4)


def two_dice(run: SimulatedRun) -> None:
    drawn = [run.draw(f"test_x.py:{line}", 1, 4) for line in (4, 5)]
    run.check("test_x.py:9", 3 not in drawn)


def test_a_further_cause_is_a_candidate_with_its_counts_and_a_note() -> None:
    runner = simulated(two_dice)
    found = searched(runner)
    isolation = isolate(runner, found, align, told)
    isolation.flips += further_causes(runner, found, isolation.flips, align, told)
    shown = explain(findings(runner, found, isolation), align, read_line, read_file)
    assert {cause.line for cause in shown.candidates if cause.status is Status.CONFIRMED} == {4, 5}
    [further] = {4, 5} - {shown.cause.line if shown.cause else 0}
    assert any(
        note.startswith(f"it has a cause more, which strikes where the first one cannot: test_x.py:{further}") for note in shown.notes
    )
    counted = [(one.target, one.failed, one.passed) for one in shown.evidence.interventions if one.kind == "pin"]
    assert (f"test_x.py:{further}", 30, 0) in counted
    assert (f"test_x.py:{further}", 0, 30) in counted
