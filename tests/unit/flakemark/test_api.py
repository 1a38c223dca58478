"""The library under the names that users know: on the class, on an instance, through real pytest processes."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from flakemark import DivergenceReport, DivergenceType, FlakeMark
from flakemark.errors import EnvironmentBroken, UsageError
from flakemark.model import Verdict

SOURCE = """
    import random
    import time

    def make_id():
        return time.time()

    def pick():
        return random.choice(["red", "green", "blue"])  # CAUSE

    def test_flaky():
        make_id()
        colour = pick()
        assert colour != "red"

    class TestBasket:
        def test_flaky_too(self, tmp_path):
            assert pick() != "red" or not tmp_path
"""
STABLE = "def test_stable():\n    assert 1 + 1 == 2\n"


@pytest.fixture(scope="module")
def report() -> DivergenceReport:
    found = FlakeMark.diagnose_source(SOURCE, "test_flaky", runs=3)
    assert isinstance(found, DivergenceReport)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_stable.py").write_text(STABLE, encoding="utf-8")
    (tmp_path / "tests" / "check_other.py").write_text(STABLE, encoding="utf-8")
    return tmp_path


def test_a_source_text_is_diagnosed_to_the_line(report: DivergenceReport) -> None:
    assert report.is_found()
    assert report.primary is not None
    assert (report.primary.file, report.primary.line, report.primary.func) == ("test_source.py", 9, "pick")
    assert report.primary.divergence_type.value == "value_mismatch"
    assert report.primary.divergence_type is DivergenceType.VALUE_MISMATCH


def test_cause_detail_and_fix_are_words(report: DivergenceReport) -> None:
    assert report.primary is not None
    assert "random.choice" in report.primary.cause
    assert "red" in report.primary.detail
    assert len(report.primary.fix) > 20


def test_the_confidence_is_counted(report: DivergenceReport) -> None:
    assert report.primary is not None
    assert 0.5 < report.confidence == report.primary.confidence < 1.0


def test_the_cause_comes_first_among_all_divergences(report: DivergenceReport) -> None:
    assert report.all_divergences[0] == report.primary


def test_printing_it_shows_the_box(report: DivergenceReport, capsys: pytest.CaptureFixture[str]) -> None:
    print(report)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "-" * 56
    labels = [line.split(":")[0] for line in lines if line[:1].isalpha() and ":" in line]
    assert [label for label in labels if label in ("File", "Line", "Function", "Type", "Cause", "Detail", "Fix", "Confidence")] == [
        "File", "Line", "Function", "Type", "Cause", "Detail", "Fix", "Confidence",
    ]  # fmt: skip
    assert report.summary in repr(report)


def test_a_stable_test_is_silent_on_an_instance_as_well() -> None:
    found = FlakeMark(runs=2, timeout=10, budget=5).diagnose_source(STABLE, "test_stable")
    assert not found.is_found()
    assert (found.primary, found.all_divergences, found.confidence, found.verdict) == (None, (), 0.0, Verdict.NOT_REPRODUCED)
    assert found.summary.endswith("not reproduced")


def test_a_file_is_diagnosed_where_it_lies(project: Path) -> None:
    found = FlakeMark.diagnose_file(filepath="tests/test_stable.py", test_func_name="test_stable", runs=1, project_root=project, budget=2)
    assert found.verdict is Verdict.NOT_REPRODUCED
    absolute = FlakeMark(1, 10, project, budget=2).diagnose_file(str(project / "tests" / "test_stable.py"), "test_stable")
    assert absolute.diagnosis.nodeid == found.diagnosis.nodeid == "tests/test_stable.py::test_stable"


def test_methods_are_found_by_their_name_with_or_without_the_class() -> None:
    from flakemark.api import _is_called

    nodeid = "tests/test_shop.py::TestBasket::test_total[two words]"
    assert all(_is_called(nodeid, name) for name in ("test_total", "TestBasket::test_total", "test_total[two words]"))
    assert not any(_is_called(nodeid, name) for name in ("total", "TestBasket", "test_total[two]", "test_shop.py"))


def test_a_folder_is_diagnosed_test_by_test(project: Path) -> None:
    found = FlakeMark.diagnose_batch("tests/", runs=1, project_root=project, budget=2)
    assert {name: report.verdict for name, report in found.items()} == {"tests/test_stable.py::test_stable": Verdict.NOT_REPRODUCED}


def test_the_pattern_of_a_batch_is_that_of_the_files(project: Path) -> None:
    assert list(FlakeMark(1, 10, project, budget=2).diagnose_batch("tests", "check_*.py")) == ["tests/check_other.py::test_stable"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda root: FlakeMark(runs=0), r"runs \(0\)"),
        (lambda root: FlakeMark(timeout=-1), "must be positive"),
        (lambda root: FlakeMark.diagnose_source(STABLE, "test_stable", runs=0), r"runs \(0\)"),
        (lambda root: FlakeMark.diagnose_source(STABLE, "test_gone"), "collects no test named 'test_gone'"),
        (lambda root: FlakeMark.diagnose_file("gone.py", "test_x", project_root=root), "gone.py: no such file"),
        (lambda root: FlakeMark.diagnose_file(__file__, "test_x", project_root=root), "not below the project"),
        (lambda root: FlakeMark.diagnose_batch("tests", "none_*.py", project_root=root), "no file matches 'none_"),
    ],
)
def test_wrong_usage_is_named(project: Path, call: object, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        call(project)  # type: ignore[operator]


def test_a_source_that_is_no_python_is_named() -> None:
    with pytest.raises(EnvironmentBroken, match=r"could not be collected: test_source\.py"):
        FlakeMark.diagnose_source("def (", "test_x")


def test_the_defaults_are_those_that_users_know() -> None:
    parameters = inspect.signature(FlakeMark).parameters
    assert [(name, parameters[name].default) for name in ("runs", "timeout", "project_root")] == [
        ("runs", 4),
        ("timeout", 30),
        ("project_root", None),
    ]
    assert FlakeMark().settings.root == Path.cwd().resolve()
