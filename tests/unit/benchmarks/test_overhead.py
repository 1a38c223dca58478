"""What recording costs is measured as the processor time of real runs, and held against the targets."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.overhead import subjects
from benchmarks.overhead.__main__ import _start_up
from benchmarks.overhead.peers import AGAIN, COVERAGE_FIRST, FLOW, ORIGINAL, PLAIN, PLAIN_FIRST, RECORDER, VALUES, WAYS, Way
from benchmarks.overhead.subjects import LINES, Cost, Failed, Subject, loop, nothing, run
from benchmarks.overhead.targets import Figures, figures, targets

HERE = Path(sys.executable)
SMALL = LINES // 1000
OF_LOOP = ("tight loop",)
SUITES = ("one", "two", "three")


def test_ratios_are_medians_of_runs_of_the_same_round() -> None:
    rounds = [
        {"plain": {"one": Cost(seconds, 50)}, "way": {"one": Cost(seconds * ratio, 50 + more)}}
        for seconds, ratio, more in ((1.0, 2.0, 1), (10.0, 3.0, 30), (5.0, 9.0, 4))
    ]
    assert figures(rounds, {"way": "plain"}) == Figures({"way": {"one": 3.0}}, {"way": {"one": 4.0}})


def test_a_first_run_is_compared_with_a_plain_first_run() -> None:
    costs = {way: {"one": Cost(seconds, 50)} for way, seconds in (("first plain", 4.0), ("plain", 2.0), ("first", 8.0), ("again", 8.0))}
    assert figures([costs], {"first": "first plain", "again": "plain"}).ratios == {"first": {"one": 2.0}, "again": {"one": 4.0}}


@pytest.mark.parametrize(("way", "stays"), [(PLAIN_FIRST, False), (PLAIN, True)])
def test_nothing_of_the_project_is_compiled_before_a_first_run(tmp_path: Path, way: Way, stays: bool) -> None:
    subject = nothing(tmp_path, HERE)
    compiled = subject.tree / "deep" / "__pycache__" / "old.pyc"
    compiled.parent.mkdir(parents=True)
    compiled.touch()
    run(subject, way, tmp_path)
    assert compiled.exists() is stays


def measured(**changes: float) -> Figures:
    """Return figures that hold every target, but for changes: of the ratio of a way on a suite or the loop, as "values_one"."""
    named = {"values": VALUES, "recorder": RECORDER, "again": AGAIN, "flow": FLOW, "coverage": COVERAGE_FIRST}
    ratios = {way.name: dict.fromkeys((*SUITES, *OF_LOOP), 5.0 if way is COVERAGE_FIRST else 1.2) for way in named.values()}
    memory = {way.name: dict.fromkeys((*SUITES, *OF_LOOP), 10.0) for way in named.values()}
    for what, value in changes.items():
        kind, _, subject = what.partition("_")
        if kind == "memory":
            memory[RECORDER.name][subject] = value
        else:
            ratios[named[kind].name][subject.replace("loop", "tight loop")] = value
    return Figures(ratios, memory)


def missed(figures: Figures) -> list[str]:
    return [target.text for target in targets(figures) if not target.holds]


def test_every_target_holds_where_recording_is_cheap() -> None:
    assert missed(measured()) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"values_one": 2.1, "values_two": 2.2}, "median over the suites: 2.10x (at most 2x)"),
        ({"values_loop": 4.1}, "any suite or the loop: 4.10x (at most 4x)"),
        ({"values_two": 3.0, "coverage_two": 3.0}, "on every one but two"),
        ({"recorder_one": 1.6, "recorder_three": 1.7}, "first run: median over the suites: 1.60x"),
        ({"again_one": 1.3, "again_three": 1.3}, "from the second run on: median over the suites: 1.30x (at most 1.25x)"),
        ({"flow_one": 1.6, "flow_three": 1.6}, "flow of control, first run"),
        ({"memory_two": 64.0}, "64 MiB beyond plain"),
    ],
)
def test_what_is_too_dear_is_missed_with_its_figure(changes: dict[str, float], says: str) -> None:
    (text,) = missed(measured(**changes))
    assert says in text


def test_the_loop_does_not_count_for_the_median_over_the_suites() -> None:
    assert missed(measured(recorder_loop=9.0, again_loop=9.0, flow_loop=9.0)) == []


@pytest.mark.parametrize("way", [PLAIN, VALUES, RECORDER])
def test_the_loop_says_what_it_took_by_itself(tmp_path: Path, way: Way) -> None:
    subject = loop(tmp_path, HERE)
    cost = run(subject, way, tmp_path, SMALL)
    assert cost.seconds > 0
    assert 10 < cost.mebibytes < 1000


def test_a_tracer_that_records_every_local_is_dearer_than_none(tmp_path: Path) -> None:
    subject, local = loop(tmp_path, HERE), next(way for way in WAYS if way.name == "sys.settrace: changed locals")
    assert run(subject, local, tmp_path, SMALL).seconds > 5 * run(subject, PLAIN, tmp_path, SMALL).seconds


def test_a_suite_counts_the_processor_time_of_children_and_not_the_time_that_passes(tmp_path: Path) -> None:
    tree = tmp_path / "suite"
    tree.mkdir()
    test = "import subprocess, sys, time\ndef test_it():\n    time.sleep(1)\n    subprocess.check_call([sys.executable, '-c', {!r}])\n"
    works, sleeps = "import time\nwhile time.process_time() < 1: pass", "import time; time.sleep(1)"
    costs = []
    for program in (works, sleeps):
        (tree / "test_it.py").write_text(test.format(program), encoding="utf-8")
        costs.append(run(Subject("suite", tree, HERE), PLAIN, tmp_path).seconds)
    assert costs[0] - costs[1] > 0.6


@pytest.mark.parametrize(
    ("way", "says"),
    [
        (Way("bad", options=("--no-such-option",)), "start-up: bad ended with 4"),
        (Way("dead", program="import os; os.abort()"), "start-up: dead ended with"),
    ],
)
def test_a_run_that_does_not_end_as_pytest_does_is_told(tmp_path: Path, way: Way, says: str) -> None:
    with pytest.raises(Failed, match=says):
        run(nothing(tmp_path, HERE), way, tmp_path)


def test_a_loop_that_was_not_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="did not run the loop"):
        run(loop(tmp_path, HERE), replace(PLAIN, options=("--co",)), tmp_path)


def test_a_run_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "LIMIT_S", 0.2)
    with pytest.raises(Failed, match="ended with 124"):
        run(nothing(tmp_path, HERE), Way("slow", program="import time; time.sleep(60)"), tmp_path)


def test_the_plugin_that_is_asked_for_nothing_loads_nothing(tmp_path: Path) -> None:
    assert "loads ['flakemark', 'flakemark.plugin']" in _start_up(nothing(tmp_path, HERE), tmp_path, 1).text


def test_the_recorder_learns_between_the_runs_of_one_way(tmp_path: Path) -> None:
    run(loop(tmp_path, HERE), AGAIN, tmp_path, SMALL)
    assert [path.suffix for path in (tmp_path / "caches").rglob("*.prepared")] == [".prepared"]


def test_the_original_is_found_by_its_own_run_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "original" / "flakemark" / "tracer"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").write_text("")
    text = "def run_instrumented(source, file, test, number, timeout):\n    space = {}\n    exec(source, space)\n    space[test]()\n"
    (package / "instrument.py").write_text(text, encoding="utf-8")
    way: Way = next(way for way in WAYS if way.program)
    assert way.name.replace(" ", "==") == ORIGINAL
    assert run(loop(tmp_path, HERE), way, tmp_path, SMALL).seconds > 0
    found: Callable[..., str] = subprocess.check_output
    assert "original" not in found([sys.executable, "-c", "import flakemark; print(flakemark.__file__)"], text=True)
