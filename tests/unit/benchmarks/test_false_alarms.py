"""Passing tests are chosen by a seed, asked about with and without a report, and every word too much is counted."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.false_alarms.__main__ import main
from benchmarks.false_alarms.ask import MESSAGE, Ask, Said, address, ask, tell_failed
from benchmarks.false_alarms.count import by_package, is_alarm, listed
from benchmarks.false_alarms.sample import passed, passing, spread
from benchmarks.transparency.fetch import Suite
from flakemark.ingest import read_reports

TESTS = """
import itertools, os, pytest
class TestFine:
    @pytest.mark.parametrize("word", ["a", "b::c", "d[e]"])
    def test_word(self, word): assert word
def test_fails(): assert False
def test_unstable(): os.remove("once")
"""

BRITTLE = """
import random
STATE = []
def test_first(): STATE.append(1)
def test_fine(): pass
def test_coin(): assert random.random() < 0.5
def test_brittle(): assert STATE
"""


def suite(folder: Path, source: str) -> Suite:
    tree = folder / "tree"
    tree.mkdir()
    (tree / "test_it.py").write_text(source, encoding="utf-8")
    (tree / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return Suite("pack", folder, tree, Path(sys.executable), ())


def said(verdict: str | None, confidence: float | None = None, *, told: bool = False) -> Said:
    cause = {"file": "a.py", "line": 3, "category": "time", "confidence": confidence, "title": "it reads the clock"} if confidence else None
    entry: dict[str, Any] = {"verdict": verdict, "cause": cause, "cost": {"runs": 10, "seconds": 2.0}, "notes": ["a note"]}
    return Said("pack", "test_it.py::test_a", entry if verdict else None, told)


@pytest.mark.parametrize(
    ("answer", "alarm"),
    [
        (said("not_reproduced"), False),
        (said("flaky"), True),
        (said("consistent_failure"), True),
        (said("error"), True),
        (said(None), True),
        (said("not_reproduced", 0.3), True),
        (said("not_reproduced", told=True), False),
        (said("flaky", 0.8, told=True), False),
        (said("flaky", 0.9, told=True), True),
        (said("consistent_failure", told=True), True),
        (said(None, told=True), True),
        (replace(said("consistent_failure"), alone=3), False),
        (replace(said("flaky", 0.95, told=True), alone=1), False),
    ],
)
def test_what_is_a_false_alarm(answer: Said, alarm: bool) -> None:
    assert is_alarm(answer) is alarm


def test_the_tables_add_up_and_every_word_too_much_is_listed() -> None:
    answers = [said("not_reproduced"), said("flaky", 0.9), said("error"), said(None)]
    assert list(by_package(answers))[2:] == [f"| {name} | 4 | 1 | 1 | 2 | 1 | 3 | 30 | 2.0 | 2.0 |" for name in ("pack", "all")]
    lines = list(listed([*answers, said("flaky", 0.5, told=True)]))
    assert [line.split(": ", 1)[0] for line in lines] == ["- alarm", "- alarm", "- alarm", "- no alarm"]
    assert lines[0].endswith("flaky a.py:3 time 0.90 (it reads the clock)")


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 40), min_size=1), st.integers(0, 150), st.integers(0, 3))
def test_a_sample_is_spread_evenly_over_what_there_is(sizes: dict[str, int], count: int, seed: int) -> None:
    available = {name: [f"{name}::{number}" for number in range(size)] for name, size in sizes.items()}
    chosen = spread(available, count, seed)
    assert sum(map(len, chosen.values())) == min(count, sum(sizes.values()))
    largest = max(map(len, chosen.values()))
    for name, nodeids in chosen.items():
        assert len(nodeids) in (sizes[name], largest, largest - 1)
        assert list(nodeids) == [nodeid for nodeid in available[name] if nodeid in set(nodeids)]
    assert chosen == spread(available, count, seed)


def test_what_passed_is_read_from_the_summary_once_each() -> None:
    lines = ("..F", "PASSED a/test_x.py::test_a[b c]", *["PASSED a/test_x.py::T::test_b"] * 2, "FAILED a/test_x.py::test_c - x", "PASSED")
    output = "\n".join(lines)
    assert passed(output) == ["a/test_x.py::test_a[b c]", "a/test_x.py::T::test_b"]


@pytest.mark.slow
@pytest.mark.parametrize(("whole", "ran"), [(True, 5), (False, 2)])
def test_a_report_in_which_chosen_tests_failed_is_understood(tmp_path: Path, whole: bool, ran: int) -> None:
    made = suite(tmp_path, TESTS)
    (made.tree / "once").touch()
    found = passing(made, 60.0)
    names = ("a", "b::c", "d[e]")
    assert found.nodeids == tuple(f"test_it.py::TestFine::test_word[{name}]" for name in names)
    assert found.unstable == ("test_it.py::test_unstable",)
    told = tell_failed(found.report, [*found.nodeids[1:], "test_it.py::test_other"], tmp_path / "told.xml", whole=whole)
    assert told == found.nodeids[1:]
    report = read_reports([str(tmp_path / "told.xml")], made.tree)
    assert {test.nodeid: test.message for test in report.failed if test.nodeid in told} == dict.fromkeys(told, MESSAGE)
    assert len(report.order) == ran


def test_names_are_those_of_the_report() -> None:
    assert address("a/test_x.py::T::U::test_b[c::d]") == ("a.test_x.T.U", "test_b[c::d]")
    assert address("test_x.py::test_b") == ("test_x", "test_b")


@pytest.mark.slow
def test_tests_are_diagnosed_as_a_user_would(tmp_path: Path) -> None:
    made = suite(tmp_path, BRITTLE)
    fine, coin, brittle = ask(made, [f"test_it.py::test_{name}" for name in ("fine", "coin", "brittle")], Ask(10.0, 2))
    assert fine.entry is not None
    assert (fine.entry["verdict"], is_alarm(fine)) == ("not_reproduced", False)
    assert coin.entry is not None
    assert coin.entry["verdict"] == "flaky"
    assert (brittle.alone, is_alarm(brittle)) == (3, False)


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], ["--session"]])
def test_the_command_asks_about_passing_tests_with_and_without_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    made = suite(tmp_path, "def test_a(): pass\ndef test_b(): pass\n")
    monkeypatch.setattr("benchmarks.false_alarms.__main__.prepare", lambda package, needs, *, keep: made)
    budgets = ["--tests", "2", "--budget", "4", "--told", "1", "--told-budget", "4"]
    assert main(["pack", *budgets, *more, "--json", str(tmp_path / "said.json")]) == 0
    assert [said["told"] for said in json.loads((tmp_path / "said.json").read_text())] == [False, False, True]
    assert [line[:16] for line in capsys.readouterr().out.splitlines() if line.startswith("| pack |")] == [
        "| pack | 2 | 2 |",
        "| pack | 1 | 1 |",
    ]
    assert main(["pack", "--tests", "3"]) == 2
