"""Suites are compared test by test; what differs for other reasons than us is left out."""

from __future__ import annotations

import sys
import tarfile
from pathlib import Path

import pytest

from benchmarks.transparency import fetch
from benchmarks.transparency.__main__ import main
from benchmarks.transparency.compare import Comparison, compare, outcomes
from benchmarks.transparency.fetch import Suite, SuiteUnusable

TESTS = """
import os, random
def helper(): return max(1, 2)
def test_fine(): assert helper() == 2
def test_fails(): assert helper() == 3
def test_looks_for_probes(): assert "@fm" not in str(helper.__code__.co_names)
def test_unstable(): assert os.urandom(4) == b"", random.SystemRandom().random()
"""


def suite(home: Path, source: str) -> Suite:
    tree = home / "tree" / "pack-1.0"
    tree.mkdir(parents=True)
    (tree / "test_it.py").write_text(source, encoding="utf-8")
    (tree / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return Suite("pack", home, tree, Path(sys.executable), ())


def test_only_what_the_probes_change_is_a_difference(tmp_path: Path) -> None:
    result = compare(suite(tmp_path, TESTS), (), 60.0)
    assert (result.name, result.tests, result.untouched) == ("pack-1.0", 4, 0)
    assert result.different == ("test_it::test_looks_for_probes",)
    assert result.unstable == ("test_it::test_unstable",)


def test_a_part_of_a_suite_can_be_chosen(tmp_path: Path) -> None:
    assert compare(suite(tmp_path, TESTS), ("-k", "fine or fails"), 60.0).tests == 2


@pytest.mark.parametrize(
    ("source", "limit_s", "why"),
    [("x = 1", 60.0, r"plain could not run the tests \(exit code 5\)"), ("import time; time.sleep(60)", 0.2, "took more")],
)
def test_a_suite_that_does_not_run_says_so(tmp_path: Path, source: str, limit_s: float, why: str) -> None:
    with pytest.raises(SuiteUnusable, match=why):
        compare(suite(tmp_path, source), (), limit_s)


def test_a_test_whose_teardown_fails_too_has_two_outcomes(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="m" name="a"><failure message="at 0x7f12"/></testcase>'
        '<testcase classname="m" name="a"><error message="e"/></testcase><testcase classname="m" name="b"/></testsuite></testsuites>',
        encoding="utf-8",
    )
    assert outcomes(report) == {"m::a": ("failure: at 0x", "error: e"), "m::b": ("passed",)}


def test_an_sdist_without_tests_costs_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def download(_: Path, *arguments: str) -> None:
        if arguments[0] == "download":
            folder = Path(arguments[arguments.index("--dest") + 1])
            folder.mkdir()
            (tmp_path / "module.py").touch()
            with tarfile.open(folder / "bare-1.0.tar.gz", "w:gz") as tar:
                tar.add(tmp_path / "module.py", "bare-1.0/module.py")

    monkeypatch.setattr(fetch, "pip", download)
    monkeypatch.setattr(fetch, "WORK", tmp_path / "work")
    assert main(["bare"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "bare: the sdist holds no tests"


def test_the_table_names_what_was_counted(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.transparency.__main__ import print_table

    row = Comparison(name="p-1", tests=9, different=("a",), unstable=(), untouched=2, plain_s=2.0, instrumented_s=5.0)
    print_table([row])
    assert capsys.readouterr().out.splitlines()[-1] == "| p-1 | 9 | 1 | 0 | 2 | 2.0 s | 5.0 s (2.5x) |"
