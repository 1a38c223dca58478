"""The JUnit reports of a pull request are written by whoever opened it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flakebot.errors import UsageError
from flakebot.reports import read_junit

GOOD = '<testsuite><testcase classname="tests.test_a" name="test_a"><failure message="m">t</failure></testcase></testsuite>'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><testsuite><testcase classname="t" name="&b;"/></testsuite>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite><testcase classname="t" name="&a;"/></testsuite>'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("def test_a(): ...\n")
    (tmp_path / "good.xml").write_text(GOOD)
    return tmp_path


@pytest.mark.parametrize("evil", [BOMB, OUTSIDE])
def test_entities_are_refused_and_other_reports_are_still_read(project: Path, evil: str) -> None:
    (project / "evil.xml").write_text(evil)
    ingested = read_junit(["*.xml"], project, None)
    assert [test.nodeid for test in ingested.failed] == ["tests/test_a.py::test_a"]
    (problem,) = ingested.problems
    assert problem.startswith("evil.xml: declares a DTD or an entity")


def test_a_missing_report_is_named_with_a_way_out(project: Path) -> None:
    with pytest.raises(UsageError, match=r"nope\.xml: no such file; check the path"):
        read_junit(["nope.xml"], project, None)


def test_paths_of_the_runners_host_are_those_of_the_workspace(project: Path) -> None:
    (project / "host.xml").write_text(GOOD.replace('name="test_a"', 'name="test_a" file="/home/runner/work/shop/shop/tests/test_a.py"'))
    ingested = read_junit(["host.xml"], project, ("/home/runner/work/shop/shop", str(project)))
    assert [test.nodeid for test in ingested.failed] == ["tests/test_a.py::test_a"]
    assert ingested.problems == ()
