"""Reports that come in: JUnit of the failed job, written by whoever opened the pull request, and JSON of other jobs."""

from __future__ import annotations

from pathlib import Path

import pytest

from flakebot.compose import findings
from flakebot.errors import UsageError
from flakebot.reports import merge, read_junit, read_made_elsewhere
from flakemark.model import Category, Cause, Diagnosis, DivergenceType, NodeId, Report, Status, Verdict
from flakemark.report.document import dumps

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


def cause(line: int = 7, confidence: float = 0.9) -> Cause:
    return Cause(
        file="shop/clock.py", line=line, end_line=line, function="now", source="x", divergence_type=DivergenceType.SEQUENCE_BREAK,
        category=Category.ORDER_DEPENDENCY, status=Status.CONFIRMED, confidence=confidence, title="t", detail="d",
    )  # fmt: skip


def made(*tests: Diagnosis, notes: tuple[str, ...] = ()) -> Report:
    return Report(version="1", python="3.12.1", root="x", tests=tests, notes=notes)


def victim(name: str, verdict: Verdict = Verdict.FLAKY, found: Cause | None = None) -> Diagnosis:
    return Diagnosis(nodeid=NodeId(name), verdict=verdict, cause=found)


def test_the_reports_of_all_shards_are_one_in_which_forty_victims_of_one_polluter_are_one_finding() -> None:
    shards = [made(*(victim(f"tests/test_{shard}.py::t{n}", found=cause()) for n in range(5)), notes=("same",)) for shard in range(8)]
    merged = merge(shards, ("first",), "shop")
    assert len(merged.tests) == 40
    assert merged.notes == ("first", "same")
    (finding,) = findings(merged)
    assert len(finding.others) == 39


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (victim("a::b", Verdict.ERROR), victim("a::b", Verdict.NOT_REPRODUCED)),
        (victim("a::b", Verdict.NOT_REPRODUCED), victim("a::b", Verdict.CONSISTENT_FAILURE)),
        (victim("a::b", Verdict.CONSISTENT_FAILURE), victim("a::b")),
        (victim("a::b"), victim("a::b", found=cause(confidence=0.6))),
        (victim("a::b", found=cause(confidence=0.6)), victim("a::b", found=cause(8, confidence=0.7))),
    ],
)
def test_of_a_test_that_two_jobs_diagnosed_the_diagnosis_that_says_most_stays(first: Diagnosis, second: Diagnosis) -> None:
    assert merge((made(first), made(second)), (), "").tests == merge((made(second), made(first)), (), "").tests == (second,)


def test_five_hundred_reports_are_merged_and_no_more_are_read(tmp_path: Path) -> None:
    for number in range(510):
        (tmp_path / f"{number:03}.json").write_text(dumps(made(victim(f"a::t{number}"))))
    found = read_made_elsewhere(["*.json"], tmp_path)
    assert len(merge(found, (), "").tests) == 500
    assert any("510 reports match" in note for report in found for note in report.notes)


def test_the_command_that_reproduces_names_the_report_that_people_get() -> None:
    test = Diagnosis(
        nodeid=NodeId("t.py::a[x y]"), verdict=Verdict.FLAKY, reproduce="flakemark replay /tmp/flakebot-1/out/report.json 't.py::a[x y]'"
    )
    other = Diagnosis(nodeid=NodeId("t.py::b"), verdict=Verdict.FLAKY)
    merged = merge([Report(version="1", python="3.12", root="", tests=(test, other))], (), "shop")
    assert [one.reproduce for one in merged.tests] == ["flakemark replay report.json 't.py::a[x y]'", ""]
