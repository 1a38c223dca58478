"""The story: one failed test in, one diagnosis out."""

from __future__ import annotations

import linecache
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from flakemark.align import align
from flakemark.errors import EnvironmentBroken
from flakemark.explain.diagnosis import Findings, explain
from flakemark.isolate.examples import isolate_examples
from flakemark.isolate.flip import isolate
from flakemark.isolate.further import further_causes
from flakemark.isolate.garbage import holds_weakly, isolate_garbage
from flakemark.isolate.identity import isolate_identity
from flakemark.isolate.lateness import MOST_COMPARED
from flakemark.isolate.leaks import isolate_leak
from flakemark.isolate.leftovers import isolate_leftovers
from flakemark.isolate.order import isolate_order
from flakemark.isolate.settings import isolate_setting
from flakemark.isolate.timing import effect_of, isolate_limit, isolate_timing
from flakemark.isolate.waiting import only_feeds_waits
from flakemark.isolate.workers import works_at_once
from flakemark.isolation import Isolation
from flakemark.model import Cost, Diagnosis, FailedTest, NodeId, StageCost, TestOrder, Verdict
from flakemark.recorded import RecordedFailure
from flakemark.repair.edits import edits
from flakemark.repair.patches import make_patch
from flakemark.repair.verify import verified
from flakemark.reproduce.search import Search
from flakemark.reproduction import Reproduction
from flakemark.run.laboratory import Laboratory
from flakemark.run.places import copy_tree
from flakemark.run.process import Project
from flakemark.runs import Runner, Spent, Told

SHORTEST_REPAIR = 5.0  # seconds that have to be left for it
MOST_MET = 3  # groups of victims; the newest
SHARE_OF_A_SECOND_LOOK = 0.4  # of the time that is left, for whether something was only late, where something else explains it, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How tests are diagnosed.

    Attributes:
        root: the project; reports name files relative to it.
        python: interpreter of the environment in which the tests run.
        runs: plain runs to begin with.
        timeout: seconds per run.
        budget: seconds per test.
        pytest_args: passed to pytest.
        report: where the JSON report will be, for the printed command.
    """

    root: Path
    python: str
    runs: int = 4
    timeout: float = 30.0
    budget: float = 60.0
    pytest_args: tuple[str, ...] = ()
    report: str = "report.json"


class Progress(Protocol):
    """Is told how the work goes on."""

    def test(self, number: int, total: int, test: FailedTest) -> None:
        """A test's diagnosis begins."""

    def step(self, what: str, spent: Spent, seconds: float) -> None:
        """A step of it begins, or runs have ended."""

    def done(self, diagnosis: Diagnosis) -> None:
        """It ended."""


@dataclass(frozen=True, slots=True)
class Task:
    """One test to diagnose.

    Attributes:
        test: as the report tells of it.
        order: all tests of the failed session in the order in which they ran.
        recorded: the recorded failure, if there is one.
        met: what failed tests that were diagnosed before need to run first; victims of one polluter come in groups.
    """

    test: FailedTest
    order: tuple[NodeId, ...] = ()
    recorded: RecordedFailure | None = None
    met: tuple[TestOrder, ...] = ()


OpenRunner = Callable[[Settings, Task, Callable[[Spent], None]], AbstractContextManager[Runner]]


def laboratory(settings: Settings, task: Task, tick: Callable[[Spent], None]) -> Laboratory:
    """Open the real runner for one test."""
    file = _file_of(task.test.nodeid)
    project = Project(
        root=settings.root,
        python=settings.python,
        files=(file,),
        order_files=tuple(dict.fromkeys([*map(_file_of, task.order), file])),
        pytest_args=settings.pytest_args,
        timeout=settings.timeout,
    )
    return Laboratory(project, settings.budget, tick=tick)


def diagnose(
    settings: Settings,
    tests: Sequence[FailedTest],
    progress: Progress,
    order: Sequence[NodeId] = (),
    *,
    recorded: Mapping[NodeId, RecordedFailure] | None = None,
    open_runner: OpenRunner = laboratory,
) -> Iterator[Diagnosis]:
    """Diagnose tests one after the other; each diagnosis is handed out as soon as it is known.

    Args:
        settings: of the whole invocation.
        tests: what failed.
        progress: is told each step.
        order: the tests of the failed session, in the order in which they ran.
        recorded: what the flight recorder kept, by node id.
        open_runner: opens what executes the runs of one test.

    Yields:
        one diagnosis per test, in their order; a test that cannot be run gets the verdict "error".
    """
    met: list[TestOrder] = []
    for number, test in enumerate(tests, 1):
        progress.test(number, len(tests), test)
        task = Task(test, tuple(order), (recorded or {}).get(test.nodeid), tuple(met))
        diagnosis = _diagnose_one(settings, task, progress, open_runner)
        progress.done(diagnosis)
        if diagnosis.order is not None and diagnosis.order not in met:
            met.append(diagnosis.order)
        yield diagnosis


def _file_of(nodeid: NodeId) -> str:
    return nodeid.split("::")[0]


def _diagnose_one(settings: Settings, task: Task, progress: Progress, open_runner: OpenRunner) -> Diagnosis:
    test = task.test
    if test.phase == "collect":
        return Diagnosis(nodeid=test.nodeid, verdict=Verdict.ERROR, notes=(f"could not be collected: {_first_line(test.message)}",))
    started = time.monotonic()
    steps = _Steps(progress, started)
    with open_runner(settings, task, steps.tick) as runner:
        try:
            return _story(runner, settings, task, steps, open_runner)
        except EnvironmentBroken as error:
            spent = runner.spent()
            cost = Cost(spent.runs, round(time.monotonic() - started, 1), steps.stages(spent))
            return Diagnosis(nodeid=test.nodeid, verdict=Verdict.ERROR, notes=(str(error),), cost=cost)


def _story(runner: Runner, settings: Settings, task: Task, steps: _Steps, open_runner: OpenRunner) -> Diagnosis:
    sources = _Sources(settings.root)
    search = Search(
        runner, task.test, order=task.order, told=steps.tell, recorded=task.recorded, met=task.met[-MOST_MET:], read_file=sources.whole
    )
    steps.begin("reproduce", runner.spent())
    found = search.run(settings.runs)
    steps.begin("isolate surroundings", runner.spent())
    leak = isolate_leak(runner, found, steps.tell)
    isolation = _of_examples(runner, found, task, sources, steps) or _isolated(runner, found, task, sources, steps)
    if found.recorded and not isolation.proven:
        steps.begin("reproduce", runner.spent())
        isolation = _isolated(runner, search.without_record(), task, sources, steps)
    if found.known and not isolation.proven:
        steps.begin("isolate surroundings", runner.spent())
        isolation.condition = isolate_leftovers(runner, found, task.test.nodeid, steps.tell)
    steps.begin("reproduce", runner.spent())
    if isolation.nothing_found and not found.complete and search.go_on().complete:
        isolation = _isolated(runner, found, task, sources, steps)
    isolation.leak = leak
    steps.begin("repair", runner.spent())
    copies = _Copies(sources, lambda root: open_runner(replace(settings, root=root, budget=runner.seconds_left()), task, _unheard))
    patch = _repaired(runner, found, isolation, copies, steps.tell)
    spent = runner.spent() + copies.spent
    findings = Findings(
        test=task.test,
        found=found,
        isolation=isolation,
        spent=spent,
        surroundings=runner.surroundings(),
        patch=patch,
        seconds=time.monotonic() - steps.started,
        stages=steps.stages(spent),
        report=settings.report,
    )
    return explain(findings, align, sources.line, sources.whole)


def _isolated(runner: Runner, found: Reproduction, task: Task, sources: _Sources, steps: _Steps) -> Isolation:
    """Ask each kind of isolation that the reproduction gives reason for."""
    steps.begin("isolate surroundings", runner.spent())
    condition = isolate_setting(runner, found, steps.tell) if found.setting is not None else None
    if condition is not None:
        return Isolation(condition=condition)
    steps.begin("isolate values", runner.spent())
    isolation = isolate(runner, found, align, steps.tell) if found.complete else Isolation()
    if found.ordered is not None and not found.complete:
        steps.begin("isolate order", runner.spent())
        isolation.order = isolate_order(runner, found.ordered, steps.tell, _state_met(task.met, found.ordered.request.before))
    # What only happened to fail after other tests is explained as if none had come before it.
    if isolation.order is None and found.known and not isolation.settled and (found.passing or found.failing):
        _isolate_what_is_late(runner, found, isolation, steps, sources)
    if isolation.only_values:
        steps.begin("isolate further causes", runner.spent())
        isolation.flips += further_causes(runner, found, isolation.flips, align, steps.tell)
    return isolation


def _repaired(runner: Runner, found: Reproduction, isolation: Isolation, copies: _Copies, told: Told) -> tuple[str, int] | None:
    """Return a patch and how many runs passed with it, if the cause is one that is mended in a known way."""
    if not isolation.only_values or len(isolation.flips) > 1 or len(isolation.flips[0].suspects) > 1:
        return None
    site = isolation.flips[0].suspects[0].site
    file, text = site.site.file, copies.sources.whole(site.site.file)
    texts = edits(site, text)
    if not texts or runner.seconds_left() < SHORTEST_REPAIR:
        return None
    mended = verified(runner, found, site, texts, open_patched=lambda patched: copies.with_text(file, patched), told=told)
    return (make_patch(file, text, mended.text), mended.runs) if mended is not None else None


class _Copies:
    """Opens runners on copies of the tree in which one file has another text; they share what is left of the budget.

    Attributes:
        spent: what all of them have cost.
    """

    def __init__(self, sources: _Sources, open_on: Callable[[Path], AbstractContextManager[Runner]]) -> None:
        self.sources, self.open_on, self.spent = sources, open_on, Spent()

    @contextmanager
    def with_text(self, file: str, text: str) -> Iterator[Runner]:
        """Copy the tree, change the file, and open a runner; the copy is gone at the end."""
        with tempfile.TemporaryDirectory(prefix="fm-repair-") as folder:
            tree = Path(folder).resolve() / "tree"
            copy_tree(self.sources.root, tree)
            (tree / file).write_text(text, encoding="utf-8", newline="")
            with self.open_on(tree) as runner:
                try:
                    yield runner
                finally:
                    self.spent += runner.spent()


def _unheard(_: Spent) -> None:
    """The progress shows the runs on the tree itself; those on a copy are counted when they are over."""


def _of_examples(runner: Runner, found: Reproduction, task: Task, sources: _Sources, steps: _Steps) -> Isolation | None:
    if not found.complete or found.ordered is not None or found.setting is not None or found.recorded:
        return None
    steps.begin("isolate examples", runner.spent())
    condition = isolate_examples(runner, found, task.test.nodeid, sources.whole, steps.tell)
    return Isolation(condition=condition) if condition is not None else None


def _isolate_what_is_late(runner: Runner, found: Reproduction, isolation: Isolation, steps: _Steps, sources: _Sources) -> None:
    """A draw or a clock may only decide how much is allocated, or how long something takes, until then; a network is there, but later."""
    if isolation.only_values and found.failure is not None and found.failure.ran_out_of_time:
        return  # how long the work takes is explained, and the limit is what one mends
    traced = [*found.passing[:MOST_COMPARED], *found.failing[:MOST_COMPARED]]
    isolation.latency = _is_latency(isolation, found)
    weak = found.outage is None and holds_weakly(traced, sources.whole)
    if _isolate_limit(runner, found, isolation, steps, sleeps=False) or _isolate_objects(runner, found, isolation, steps, weak=weak):
        return
    if any(works_at_once(run.trace, run.request.victim) for run in traced):
        steps.begin("isolate timing", runner.spent())
        explained = (isolation.proven and not isolation.latency) or not found.passing or found.outage is not None
        isolation.timing = isolate_timing(runner, found, steps.tell, share=SHARE_OF_A_SECOND_LOOK if explained else 1.0)
        if isolation.timing is not None:
            isolation.effect = effect_of(runner, isolation.timing, found)
            return
    if _isolate_limit(runner, found, isolation, steps, sleeps=True):
        return
    if found.outage is not None:
        steps.begin("isolate surroundings", runner.spent())
        isolation.condition = isolate_setting(runner, found.believe_outage(), steps.tell)
    elif not weak:  # threads also change turns where a collection runs: that is asked last
        _isolate_garbage(runner, found, isolation, steps)


def _isolate_garbage(runner: Runner, found: Reproduction, isolation: Isolation, steps: _Steps) -> bool:
    steps.begin("isolate surroundings", runner.spent())
    isolation.condition = isolate_garbage(runner, found, steps.tell)
    return isolation.condition is not None


def _isolate_objects(runner: Runner, found: Reproduction, isolation: Isolation, steps: _Steps, *, weak: bool) -> bool:
    """Whether it decides how long objects live."""
    steps.begin("isolate surroundings", runner.spent())
    isolation.condition = isolate_identity(runner, found, steps.tell)
    return isolation.condition is not None or (weak and _isolate_garbage(runner, found, isolation, steps))


def _isolate_limit(runner: Runner, found: Reproduction, isolation: Isolation, steps: _Steps, *, sleeps: bool) -> bool:
    """Where a draw is only waited for: look for the wait that is too short for it; whether it was found."""
    if isolation.latency:
        steps.begin("isolate timing", runner.spent())
        isolation.timing = isolate_limit(runner, found, isolation.flips[0], steps.tell, sleeps=sleeps)
        if isolation.timing is not None:
            isolation.effect = effect_of(runner, isolation.timing, found)
    return isolation.timing is not None


def _is_latency(isolation: Isolation, found: Reproduction) -> bool:
    """Whether what flips the outcome only says how long something takes: the wait that is too short for it is the cause."""
    traces = [run.trace for run in found.passing[:MOST_COMPARED] if run.trace is not None]
    return bool(isolation.flips) and only_feeds_waits(traces, isolation.flips[0].suspects[0].site)


def _state_met(met: Sequence[TestOrder], before: Sequence[NodeId]) -> str:
    """The state that healed another test after some of these, if one was found."""
    return next((order.state for order in met if order.polluters and {*order.polluters} <= {*before}), "")


class _Steps:
    """Turns what the stages and the runner tell into progress, and counts what each stage costs."""

    def __init__(self, progress: Progress, started: float) -> None:
        self.progress, self.started = progress, started
        self.what, self.spent = "", Spent()
        self.costs: dict[str, StageCost] = {}
        self.stage, self.begun, self.runs = "", started, 0

    def begin(self, stage: str, spent: Spent) -> None:
        """Count what was spent for the stage before, and begin another one."""
        self.stages(spent)
        self.stage = stage

    def stages(self, spent: Spent) -> tuple[StageCost, ...]:
        """Return what each stage has cost until now; those without a run are left out."""
        now = time.monotonic()
        so_far = self.costs.get(self.stage, StageCost(self.stage, 0, 0.0))
        if spent.runs > self.runs:
            seconds = round(so_far.seconds + now - self.begun, 2)
            self.costs[self.stage] = StageCost(self.stage, so_far.runs + spent.runs - self.runs, seconds)
        self.begun, self.runs = now, spent.runs
        return tuple(self.costs.values())

    def tell(self, what: str) -> None:
        self.what = what
        self._show()

    def tick(self, spent: Spent) -> None:
        self.spent = spent
        self._show()

    def _show(self) -> None:
        self.progress.step(self.what, self.spent, time.monotonic() - self.started)


class _Sources:
    """Reads source files of the project only: a recorded failure says which file, and its text is published."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def line(self, file: str, line: int) -> str:
        """Return a line, stripped; "" if there is none."""
        return linecache.getline(str(path), line).strip() if (path := self._path(file)) else ""

    def whole(self, file: str) -> str:
        """Return the whole text; "" if it cannot be read."""
        return "".join(linecache.getlines(str(path))) if (path := self._path(file)) else ""

    def _path(self, file: str) -> Path | None:
        path = (self.root / file).resolve()
        return path if path.suffix == ".py" and path.is_relative_to(self.root) else None


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "no reason given")[:300]
