"""The story: one failed test in, one diagnosis out, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from flakemark.errors import EnvironmentBroken
from flakemark.model import Diagnosis, FailedTest, NodeId, Verdict
from flakemark.pipeline import Settings, diagnose
from flakemark.runs import RunRequest, RunResult, Spent
from tests.unit.flakemark.scripted import VICTIM, reported
from tests.unit.flakemark.simulation import Body, SimulatedRun, Simulation

SECOND = NodeId("test_x.py::test_second")


def dice(run: SimulatedRun) -> None:
    run.check("test_x.py:9", run.draw("test_x.py:2", 1, 6) != 3)


def stable(run: SimulatedRun) -> None:
    run.check("test_x.py:9", True)


class Noted:
    """Implements `Progress`: notes what it is told."""

    def __init__(self) -> None:
        self.tests: list[tuple[int, int, str]] = []
        self.steps: list[str] = []
        self.finished: list[Diagnosis] = []

    def test(self, number: int, total: int, test: FailedTest) -> None:
        self.tests.append((number, total, test.nodeid))

    def step(self, what: str, spent: Spent, seconds: float) -> None:
        self.steps.append(what)

    def done(self, diagnosis: Diagnosis) -> None:
        self.finished.append(diagnosis)


class Breaking(Simulation):
    """A simulation whose environment breaks after some runs."""

    after, error = 0, BaseException()

    def run(self, requests: Sequence[RunRequest], *, parallel: bool = True) -> list[RunResult]:
        results = super().run(requests, parallel=parallel)
        if len(self.asked) >= self.after:
            raise self.error
        return results


def breaking(after: int, error: BaseException) -> Breaking:
    runner = Breaking({VICTIM: dice, SECOND: dice})
    runner.after, runner.error = after, error
    return runner


def story(
    runners: Mapping[str, Simulation], tests: Sequence[FailedTest], *, root: Path = Path(), progress: Noted | None = None, **more: Any
) -> Iterator[Diagnosis]:
    closed: list[str] = more.pop("closed", [])

    @contextmanager
    def open_runner(settings: Settings, task: Any, tick: Any) -> Iterator[Simulation]:
        try:
            yield runners[task.test.nodeid]
        finally:
            closed.append(task.test.nodeid)

    return diagnose(Settings(root=root, python="python"), tests, progress or Noted(), open_runner=open_runner, **more)


def simulations(**bodies: Body) -> dict[str, Simulation]:
    return {f"test_x.py::test_{name}": Simulation({f"test_x.py::test_{name}": body}) for name, body in bodies.items()}


def test_each_test_is_told_and_handed_out_in_order() -> None:
    progress = Noted()
    found = list(story(simulations(victim=dice, second=stable), [reported(), reported(nodeid=SECOND)], progress=progress))
    assert [(one.nodeid, one.verdict) for one in found] == [(VICTIM, Verdict.FLAKY), (SECOND, Verdict.NOT_REPRODUCED)]
    assert progress.tests == [(1, 2, VICTIM), (2, 2, SECOND)]
    assert progress.finished == found
    assert progress.steps[0] == "4 plain runs"


def test_victims_of_one_polluter_are_told_apart_from_the_rest_at_once() -> None:
    others = [NodeId(f"test_x.py::test_{number}") for number in range(12)]

    def filling(run: SimulatedRun) -> None:
        run.state["shop.cart"] = "full"

    def polluted(run: SimulatedRun) -> None:
        run.check("test_x.py:9", run.state.get("shop.cart") != "full")

    bodies = {**dict.fromkeys(others, stable), others[7]: filling, VICTIM: polluted, SECOND: polluted}
    runners = {name: Simulation(bodies) for name in (VICTIM, SECOND)}
    first, second = story(runners, [reported(), reported(nodeid=SECOND)], order=[*others, VICTIM, SECOND])
    assert first.order == second.order
    assert second.order is not None
    assert second.order.polluters == (others[7],)
    assert second.order.state == "shop.cart"
    assert {run.before for run in runners[SECOND].asked} == {(), (others[7],)}
    assert {run.restore for run in runners[SECOND].asked} == {(), ("shop.cart",)}


def test_the_cause_is_quoted_from_the_project(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("import random\n    value = random.randint(1, 6)\n", encoding="utf-8")
    [found] = story(simulations(victim=dice), [reported()], root=tmp_path)
    assert found.cause is not None
    assert found.cause.source == "value = random.randint(1, 6)"


@pytest.mark.parametrize("name", ["../outside.py", "/etc/hostname", "secret.env", "link.py"])
def test_only_the_projects_own_modules_are_quoted(tmp_path: Path, name: str) -> None:
    root = tmp_path / "project"
    root.mkdir()
    for path in (tmp_path / "outside.py", root / "secret.env"):
        path.write_text("TOKEN = 'secret'\n", encoding="utf-8")
    (root / "link.py").symlink_to(tmp_path / "outside.py")

    def foreign(run: SimulatedRun) -> None:
        run.check("test_x.py:9", run.draw(f"{name}:1", 1, 6) != 3)

    [found] = story(simulations(victim=foreign), [reported()], root=root)
    assert found.cause is not None
    assert found.cause.source == ""


def test_a_broken_environment_becomes_a_verdict_with_what_it_cost() -> None:
    [found] = story({VICTIM: breaking(4, EnvironmentBroken("numpy is missing"))}, [reported()])
    assert (found.verdict, found.notes, found.cost.runs) == (Verdict.ERROR, ("numpy is missing",), 4)


def test_a_broken_environment_of_one_test_does_not_cost_the_next() -> None:
    runners = {VICTIM: breaking(4, EnvironmentBroken("numpy is missing")), **simulations(second=dice)}
    found = list(story(runners, [reported(), reported(nodeid=SECOND)]))
    assert [one.verdict for one in found] == [Verdict.ERROR, Verdict.FLAKY]


def test_a_test_that_is_gone_becomes_a_verdict() -> None:
    [found] = story({VICTIM: Simulation({SECOND: dice})}, [reported()])
    assert found.verdict is Verdict.ERROR
    assert found.notes == (f"{VICTIM}: pytest collects no such test here",)


def test_what_could_not_be_collected_is_not_run() -> None:
    runners = simulations(victim=dice)
    [found] = story(runners, [reported(phase="collect", message="\n  ImportError: no module named shop\nmore")])
    assert found.verdict is Verdict.ERROR
    assert found.notes == ("could not be collected: ImportError: no module named shop",)
    assert runners[VICTIM].asked == []


def test_an_interrupt_keeps_what_is_known_and_closes_the_runner() -> None:
    closed: list[str] = []
    runners = {**simulations(victim=dice), SECOND: breaking(0, KeyboardInterrupt())}
    found: list[Diagnosis] = []
    with pytest.raises(KeyboardInterrupt):
        found.extend(story(runners, [reported(), reported(nodeid=SECOND), reported()], closed=closed))
    assert [one.nodeid for one in found] == [VICTIM]
    assert closed == [VICTIM, SECOND]


def test_a_bug_of_ours_is_not_swallowed_and_closes_the_runner() -> None:
    closed: list[str] = []
    with pytest.raises(ZeroDivisionError):
        list(story({VICTIM: breaking(0, ZeroDivisionError())}, [reported()], closed=closed))
    assert closed == [VICTIM]


def test_the_order_of_the_session_finds_the_polluter() -> None:
    def polluter(run: SimulatedRun) -> None:
        run.state["shop.cart"] = "full"

    def victim(run: SimulatedRun) -> None:
        run.check("test_x.py:9", not run.state.get("shop.cart"))

    others = [NodeId(f"test_x.py::test_{number}") for number in range(5)]
    tests: dict[str, Body] = {**dict.fromkeys(others, stable), others[2]: polluter, VICTIM: victim}
    [found] = story({VICTIM: Simulation(tests)}, [reported()], order=[*others, VICTIM])
    assert found.order is not None
    assert found.order.polluters == (others[2],)


def test_patience_comes_last_and_finds_a_rare_failure() -> None:
    def rare(run: SimulatedRun) -> None:
        lucky = run.value("test_x.py:5", run.request.seed == 150)
        run.check("test_x.py:9", not lucky)

    [found] = story(simulations(victim=rare), [reported()])
    assert found.verdict is Verdict.FLAKY
    assert [one.line for one in found.candidates] == [5]


def test_a_failure_that_only_happened_to_come_after_other_tests_is_looked_for_alone() -> None:
    once = [True]

    def rare(run: SimulatedRun) -> None:
        request = run.request
        happened = bool(request.before) and request.seed == 7 and once.pop() if once else False
        lucky = run.value("test_x.py:5", happened or request.seed == 150)
        run.check("test_x.py:9", not lucky)

    tests: dict[str, Body] = {"test_x.py::test_other": stable, VICTIM: rare}
    [found] = story({VICTIM: Simulation(tests)}, [reported()], order=[NodeId("test_x.py::test_other"), VICTIM])
    assert not once
    assert (found.order, found.verdict) == (None, Verdict.FLAKY)
    assert [one.line for one in found.candidates] == [5]


def test_a_failure_that_only_once_came_after_other_tests_is_flaky_all_the_same() -> None:
    once = [True]

    def rare(run: SimulatedRun) -> None:
        run.check("test_x.py:9", not (run.request.before and run.request.seed == 7 and once and once.pop()))

    tests: dict[str, Body] = {"test_x.py::test_other": stable, VICTIM: rare}
    [found] = story({VICTIM: Simulation(tests)}, [reported()], order=[NodeId("test_x.py::test_other"), VICTIM])
    assert (found.verdict, found.cause) == (Verdict.FLAKY, None)
    assert "it ended otherwise after 1 other tests; which of them matters was not found" in found.notes


def test_a_budget_that_ends_still_gives_a_diagnosis() -> None:
    for budget in (0, 1, 3, 5, 9, 14, 17, 20, 30, 50, 70):
        [found] = story({VICTIM: Simulation({VICTIM: dice}, budget=budget)}, [reported()])
        assert found.verdict in (Verdict.FLAKY, Verdict.NOT_REPRODUCED)
        assert found.cost.runs <= budget


def test_every_run_is_counted_for_the_stage_that_asked_for_it() -> None:
    runners = {VICTIM: Simulation({VICTIM: dice})}
    [found] = story(runners, [reported()])
    assert [stage.stage for stage in found.cost.stages][:2] == ["reproduce", "isolate values"]
    assert sum(stage.runs for stage in found.cost.stages) == found.cost.runs == len(runners[VICTIM].asked)
    assert all(stage.runs > 0 for stage in found.cost.stages)


def test_what_was_spent_until_the_environment_broke_is_counted_for_its_stage() -> None:
    [found] = story({VICTIM: breaking(4, EnvironmentBroken("numpy is missing"))}, [reported()])
    assert [(stage.stage, stage.runs) for stage in found.cost.stages] == [("reproduce", 4)]


def test_a_patch_is_run_on_a_copy_within_what_is_left_of_the_budget_and_its_runs_count(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("tags = {}\n\n\n\ntags\n")
    opened: list[tuple[Settings, str, Simulation]] = []

    @contextmanager
    def open_runner(settings: Settings, task: Any, tick: Any) -> Iterator[Simulation]:
        text = (settings.root / "test_x.py").read_text()
        mended = "sorted(tags)" in text

        def test(run: SimulatedRun) -> None:
            order = run.order("test_x.py:5", "abcd")
            run.check("test_x.py:9", (sorted(order) if mended else order)[0] == "a")

        opened.append((settings, text, Simulation({VICTIM: test})))
        yield opened[-1][2]

    [found] = diagnose(Settings(root=tmp_path, python="python"), [reported()], Noted(), open_runner=open_runner)
    (_, before, original), (copied, after, patched) = opened
    assert (before, after) == ("tags = {}\n\n\n\ntags\n", "tags = {}\n\n\n\nsorted(tags)\n")
    assert (tmp_path / "test_x.py").read_text() == before
    assert copied.root != tmp_path
    assert not copied.root.exists()
    assert copied.budget <= original.budget - len(original.asked) + 1
    assert found.fix is not None
    assert found.fix.verified == (50, 0)
    assert found.fix.patch is not None
    assert "+sorted(tags)" in found.fix.patch
    assert found.cost.runs == len(original.asked) + len(patched.asked)
    assert {stage.stage: stage.runs for stage in found.cost.stages}["repair"] > len(patched.asked)
