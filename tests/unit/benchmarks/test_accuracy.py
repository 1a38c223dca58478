"""What counts as exact, what as a false alarm, and how the figures are added up."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy.__main__ import main
from benchmarks.accuracy.case import Case, read_cases
from benchmarks.accuracy.grade import Hit, Row, grade
from benchmarks.accuracy.original import ask_original, entry
from benchmarks.accuracy.run import Answer
from benchmarks.accuracy.tables import at_a_glance, by_case, by_category, reliability, tiers

LABEL = """
nodeid = "tests/test_a.py::test_a"
verdict = "{verdict}"
category = "{category}"
also_categories = ["time"]
divergence = ["value_mismatch"]
polluter = "tests/test_a.py::test_p"
[[root_cause]]
file = "shop/a.py"
line = 10
text = "x"
[[related]]
file = "tests/test_a.py"
line = 3
text = "y"
"""


def case(folder: Path, verdict: str = "flaky", category: str = "randomness") -> Case:
    (folder / "one").mkdir(exist_ok=True)
    (folder / "one" / "case.toml").write_text(LABEL.format(verdict=verdict, category=category))
    (found,) = read_cases(folder)
    return found


def said(line: int, file: str = "shop/a.py", end: int | None = None, **changes: Any) -> dict[str, Any]:
    cause = {"file": file, "line": line, "end_line": end or line, "category": "randomness", "divergence_type": "value_mismatch"}
    return {**cause, "confidence": 0.9, "status": "confirmed", **changes}


def graded(case: Case, cause: dict[str, Any] | None, *candidates: dict[str, Any], verdict: str = "flaky", **more: Any) -> Row:
    kinds = [{"kind": "pin"}, {"kind": "control"}]
    test = {"verdict": verdict, "cause": cause, "candidates": candidates, "evidence": {"interventions": kinds}, "cost": {"runs": 7}, **more}
    return grade(case, Answer(test, 1.5))


@pytest.mark.parametrize(
    ("cause", "hit"),
    [
        (said(10), Hit.EXACT),
        (said(10, "src/shop/a.py"), Hit.EXACT),
        (said(10, "workshop/a.py"), Hit.MISS),
        (said(11), Hit.MISS),
        (said(8, end=12), Hit.MISS),
        (said(3, "tests/test_a.py"), Hit.RELATED),
        (None, Hit.MISS),
    ],
)
def test_a_line_is_exact_if_the_label_names_it(tmp_path: Path, cause: dict[str, Any] | None, hit: Hit) -> None:
    assert graded(case(tmp_path), cause).hit is hit


@pytest.mark.parametrize(("cause", "hit"), [(said(8, end=12), Hit.EXACT), (said(5, end=14), Hit.MISS), (said(11, end=12), Hit.MISS)])
def test_a_race_may_be_told_as_a_short_window(tmp_path: Path, cause: dict[str, Any], hit: Hit) -> None:
    assert graded(case(tmp_path, category="concurrency"), cause).hit is hit


def test_one_of_the_first_three_candidates_counts_apart(tmp_path: Path) -> None:
    wrong = [said(number) for number in (1, 2)]
    assert graded(case(tmp_path), wrong[0], *wrong, said(10)).hit is Hit.TOP3
    assert graded(case(tmp_path), wrong[0], *wrong, said(3), said(10)).hit is Hit.MISS


def test_a_real_regression_is_right_only_without_a_cause(tmp_path: Path) -> None:
    regression = case(tmp_path, verdict="deterministic")
    silent = graded(regression, None, verdict="consistent_failure")
    assert (silent.hit, silent.verdict, silent.false_alarm) == (Hit.EXACT, True, False)
    alarmed = graded(regression, said(10), said(10))
    assert (alarmed.hit, alarmed.verdict, alarmed.false_alarm, alarmed.tier_exact) == (Hit.MISS, False, True, False)
    missed = graded(regression, None, verdict="not_reproduced")
    assert (missed.hit, missed.verdict, missed.false_alarm) == (Hit.MISS, False, False)


def test_category_divergence_and_the_other_test_are_compared(tmp_path: Path) -> None:
    row = graded(case(tmp_path), said(10, category="time"), order={"polluters": ["tests/test_a.py::test_p"]})
    assert (row.category, row.divergence, row.other_test) == (True, True, True)
    row = graded(case(tmp_path), said(10, category="network", divergence_type="thread_race"))
    assert (row.category, row.divergence, row.other_test) == (False, False, False)


def test_a_missing_answer_is_wrong_and_says_why(tmp_path: Path) -> None:
    row = grade(case(tmp_path), Answer(None, 2.0, "exit code 3: no pytest"))
    assert (row.hit, row.verdict, row.said, row.runs, row.tier) == (Hit.MISS, False, "exit code 3: no pytest", None, None)


def test_a_tier_counts_the_first_candidate_also_if_it_was_not_named(tmp_path: Path) -> None:
    rows = [graded(case(tmp_path), said(10), said(10)), graded(case(tmp_path), None, said(10)), graded(case(tmp_path), said(4), said(4))]
    assert list(tiers(rows))[2:] == ["| confirmed | randomness | pin | 2 | 3 |"]


def test_the_tables_add_up(tmp_path: Path) -> None:
    rows = [graded(case(tmp_path), said(10)), graded(case(tmp_path), said(4, confidence=0.6)), graded(case(tmp_path), None)]
    assert list(by_category(rows))[2:] == ["| randomness | 3 | 1 | 1 | 1 | 3 | 2 | 0 |", "| all | 3 | 1 | 1 | 1 | 3 | 2 | 0 |"]
    assert list(reliability(rows))[2:] == ["| 0.50 to 0.70 | 1 | 0 | 0.60 |", "| 0.90 to 1.00 | 1 | 1 | 0.90 |"]
    assert list(by_case(rows))[2] == "| one | randomness | exact | 2 | 7 | flaky shop/a.py:10 randomness 0.90 |"


@pytest.mark.slow
def test_the_command_runs_the_tool_on_a_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "coin"
    project = folder / "project"
    (project / "tests").mkdir(parents=True)
    (project / "tests" / "test_a.py").write_text("import random\n\n\ndef test_a():\n    assert random.randrange(2)\n")
    failure = '<testcase classname="tests.test_a" name="test_a"><failure message="x">x</failure></testcase>'
    (folder / "junit.xml").write_text(f"<testsuites><testsuite>{failure}</testsuite></testsuites>")
    label = LABEL.format(verdict="flaky", category="randomness").replace('"shop/a.py"\nline = 10', '"tests/test_a.py"\nline = 5')
    (folder / "case.toml").write_text(label)
    assert main([str(tmp_path), "--budget", "30", "--replay", "20"]) == 0
    printed = capsys.readouterr()
    assert "| coin | randomness | exact |" in printed.out
    assert "| coin | randomness | 20 of 20 | 0 of 20 |" in printed.out
    assert printed.err.startswith("exact   coin")
    assert sorted(path.name for path in project.rglob("*")) == ["test_a.py", "tests"]


def test_a_folder_without_cases_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: no case in this folder\n"


DIVERGENCE = {"file": "shop/a.py", "line": 10, "function": "f", "divergence_type": "value_mismatch", "confidence": 0.8}


@pytest.mark.parametrize(
    ("divergences", "outcomes", "events", "verdict"),
    [
        ([DIVERGENCE], ["fail", "pass"], 9, "flaky"),
        ([], ["fail", "pass"], 9, "not_reproduced"),
        ([], ["pass"], 9, "not_reproduced"),
        ([], ["fail"], 9, "consistent_failure"),
        ([], ["fail"], 0, "error"),
    ],
)
def test_what_the_original_says_is_graded_as_our_report_is(
    tmp_path: Path, divergences: list[dict[str, Any]], outcomes: list[str], events: int, verdict: str
) -> None:
    test, _ = entry({"divergences": divergences, "outcomes": outcomes, "events": events, "error": "", "runs": 20})
    row = grade(case(tmp_path), Answer(test, 1.0))
    assert (row.said.split()[0], row.hit, row.runs) == (verdict, Hit.EXACT if divergences else Hit.MISS, 20)
    assert (row.verdict, row.category, row.divergence) == (bool(divergences), False, bool(divergences))


ORIGINAL = """
import itertools
from types import SimpleNamespace as S
class FlakeMark:
    asked = itertools.count(1)
    @classmethod
    def diagnose_file(cls, filepath, test_func_name, runs, project_root):
        number = next(cls.asked)
        events = [] if test_func_name == "test_b" else [1, 2]
        one, other = (S(outcome=outcome, events=events, error="") for outcome in ("fail", "pass" if number == 3 else "fail"))
        found = [S(file=filepath, line=number, func=test_func_name, divergence_type=S(value="value_mismatch"))][: number // 3]
        return S(trace_a=one, trace_b=other, primary=found[0] if found else None, all_divergences=found, confidence=0.5)
"""


@pytest.mark.parametrize(("name", "runs", "line"), [("test_a", 30, 3), ("test_b", 10, None)])
def test_the_original_is_asked_until_both_outcomes_came_unless_it_cannot_run_the_test(
    tmp_path: Path, name: str, runs: int, line: int | None
) -> None:
    made = case(tmp_path)
    (made.folder / "project" / "flakemark").mkdir(parents=True)
    (made.folder / "project" / "flakemark" / "__init__.py").write_text(ORIGINAL)
    answer = ask_original(replace(made, nodeid=f"tests/test_a.py::TestA::{name}[x::y]"), sys.executable, 60.0)
    assert answer.test is not None
    assert answer.test["cost"] == {"runs": runs}
    assert (answer.test["cause"] or {}).get("line") == line


def test_a_tool_has_one_row(tmp_path: Path) -> None:
    rows = [graded(case(tmp_path), said(10)), graded(case(tmp_path), None, verdict="not_reproduced")]
    assert list(at_a_glance("one", rows))[2:] == ["| one | 2 | 1 | 1 | 1 | 1 | 0 | 1.5 | 1.5 |"]
