"""Node ids are compared with those that a real pytest reports, for every shape that we know."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import Element

import defusedxml.ElementTree
import pytest

from flakemark.ingest import Parse, read_reports, safe_parse
from flakemark.model import FailedTest, Ingested


def defused_parse(file: BinaryIO) -> Element:
    return defusedxml.ElementTree.parse(file, forbid_dtd=True).getroot()


@pytest.fixture(params=[safe_parse, defused_parse], ids=["ours", "defusedxml"])
def parse(request) -> Parse:
    return request.param


CONFTEST = """
import pytest

def pytest_runtest_logreport(report):
    with open({log!r}, "a", encoding="utf-8") as log:
        log.write(f"{{report.nodeid!r}}\\t{{report.when}}\\t{{report.outcome}}\\n")

def pytest_collectreport(report):
    if report.failed:
        with open({log!r}, "a", encoding="utf-8") as log:
            log.write(f"{{report.nodeid!r}}\\tcollect\\tfailed\\n")

class Item(pytest.Item):
    def runtest(self):
        assert False, "yaml"

class File(pytest.File):
    def collect(self):
        yield Item.from_parent(self, name="a case: of yaml/2.0")

def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".yaml":
        return File.from_parent(parent, path=file_path)
"""

SHAPES = r"""
import unittest
import pytest

@pytest.fixture
def broken_setup():
    raise RuntimeError("no setup")

@pytest.fixture
def broken_teardown():
    yield
    raise RuntimeError("no teardown")

@pytest.mark.parametrize("text", [
    "a/b", "a::b", "[x]", "]", "[", "with space", "x.y.z", "é☃", "\x00", "\x1b[31m", "a\nb", "#x00",
    "tests/test_shapes.py", "<&'\">", "@x", ""])
def test_parameters(text): assert not "fails"

@pytest.mark.parametrize("left", [1, 2])
@pytest.mark.parametrize("right", [True, None])
def test_two_parameters(left, right): assert left == 1

def test_passes(): pass
def test_setup(broken_setup): pass
def test_teardown(broken_teardown): pass
def test_call_and_teardown(broken_teardown): assert 0
@pytest.mark.skip
def test_skipped(): pass
@pytest.mark.xfail
def test_xfailed(): assert 0
@pytest.mark.xfail(strict=True)
def test_strict(): pass

class TestOuter:
    def test_method(self): assert 0
    class TestInner:
        @pytest.mark.parametrize("p", ["a::b.c"])
        def test_method(self, p): assert 0
        class TestInmost:
            def test_method(self): assert 0

class Legacy(unittest.TestCase):
    def test_method(self): self.assertEqual(1, 2)
    def test_subtests(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertEqual(number, 1)
    def test_error(self): raise KeyError("k")
"""

SETUP_LINE = '    raise RuntimeError("no setup")'

BASE = """
class Base:
    def test_inherited(self): assert 0
"""

FILES = {
    "tests/test_shapes.py": SHAPES,
    "tests/test_class.py": "class TestPackage:\n    def test_a(self): assert 0\n",
    "tests/test_class/TestPackage/test_a.py": "def test_b(): assert 0\n",
    "tests/base.py": BASE,
    "tests/test_heirs.py": "from base import Base\nclass TestHeir(Base): pass\n",
    "tests/v1.2/test_dots.py": "def test_dots(): assert 0\n",
    "tests/cases.yaml": "",
    "tests/test_broken.py": "import no_such_module\n",
    "tests/sub/__init__.py": "",
    "tests/sub/test_broken_too.py": "def test_x(:\n",
    "tests/test_module_skip.py": "import pytest\npytest.skip('all', allow_module_level=True)\n",
    "src/pkg/__init__.py": "",
    "src/pkg/test_inside.py": "def test_inside(): assert 0\n",
    "test_top.py": "def test_top(): assert 0\n",
    "docs.txt": ">>> 1 + 1\n3\n",
    "src/pkg/doctested.py": 'def f():\n    """\n    >>> f()\n    1\n    """\n',
}


def make_project(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    log = root.parent / "log.txt"
    (root / "conftest.py").write_text(CONFTEST.format(log=str(log)), encoding="utf-8")
    return log


def run_pytest(root: Path, *arguments: str, cwd: Path | None = None) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "FLAKE", "COV"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:flakemark", *arguments]
    subprocess.run(command, cwd=cwd or root, env=environment, capture_output=True, timeout=120, check=False)


def outcomes(log: Path) -> tuple[list[str], dict[str, set[str]]]:
    """What pytest said: node ids as run, and the phases that failed by node id."""
    ran: dict[str, None] = {}
    failed: dict[str, set[str]] = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        nodeid, when, outcome = line.rsplit("\t", 2)
        nodeid = eval(nodeid)
        if when != "collect":
            ran[nodeid] = None
        if outcome == "failed":
            failed.setdefault(nodeid, set()).add(when)
    return list(ran), failed


def by_nodeid(ingested: Ingested) -> dict[str, FailedTest]:
    assert len({test.nodeid for test in ingested.failed}) == len(ingested.failed)
    return {test.nodeid: test for test in ingested.failed}


@pytest.fixture(scope="module", params=["xunit1", "xunit2"])
def ran(request, tmp_path_factory):
    """A project with all shapes, run once per family."""
    root = tmp_path_factory.mktemp(request.param) / "project"
    log = make_project(root, FILES)
    run_pytest(
        root,
        "--junitxml=reports/junit.xml",
        "-o",
        f"junit_family={request.param}",
        "--doctest-modules",
        "--doctest-glob=*.txt",
        "--continue-on-collection-errors",
        "--import-mode=prepend",
        "-o",
        "disable_test_id_escaping_and_forfeit_all_rights_to_community_support=false",
    )
    return root, log


def test_every_node_id_is_the_one_that_pytest_reports(ran, parse):
    root, log = ran
    order, failed = outcomes(log)
    ingested = read_reports(["reports/*.xml"], root, parse=parse)
    assert ingested.problems == ()
    assert [test.nodeid for test in ingested.failed if test.phase != "collect"] == [nodeid for nodeid in order if nodeid in failed]
    assert {test.nodeid for test in ingested.failed} == set(failed)
    assert list(ingested.order) == order


def test_phases_are_those_that_pytest_reports(ran, parse):
    root, log = ran
    failed = outcomes(log)[1]
    for nodeid, test in by_nodeid(read_reports(["reports/junit.xml"], root, parse=parse)).items():
        expected = "call" if "call" in failed[nodeid] else next(iter(failed[nodeid]))
        assert test.phase == expected, nodeid


def test_one_run_makes_one_attempt_of_each_test(ran, parse):
    root, _ = ran
    ingested = read_reports(["reports/junit.xml"], root, parse=parse)
    assert {(test.attempts, test.failures) for test in ingested.failed} == {(1, 1)}
    assert {test.source for test in ingested.failed} == {"reports/junit.xml"}


def test_messages_and_crash_lines_are_those_of_pytest(ran, parse):
    root, _ = ran
    tests = by_nodeid(read_reports(["reports/junit.xml"], root, parse=parse))
    lines = SHAPES.splitlines()
    line = lines.index("def test_call_and_teardown(broken_teardown): assert 0") + 1
    assert tests["tests/test_shapes.py::test_call_and_teardown"].crash == f"tests/test_shapes.py:{line}"
    assert tests["tests/test_shapes.py::test_call_and_teardown"].message.startswith("assert 0")
    assert tests["tests/test_shapes.py::test_setup"].message == 'failed on setup with "RuntimeError: no setup"'
    assert tests["tests/test_shapes.py::test_setup"].crash == f"tests/test_shapes.py:{lines.index(SETUP_LINE) + 1}"
    assert tests["tests/test_heirs.py::TestHeir::test_inherited"].crash == "tests/base.py:3"
    assert tests["tests/test_shapes.py::test_strict"].crash == ""


@pytest.mark.parametrize("style", ["auto", "long", "short", "native"])
def test_crash_lines_are_found_in_every_traceback_style_that_has_them(tmp_path, parse, style):
    root = tmp_path / "project"
    make_project(
        root,
        {
            "pkg/code.py": "def f():\n    x = 'a.py:3: fake'\n    raise ValueError('b.py:4: fake')\n",
            "test_it.py": "from pkg.code import f\ndef test_it(): f()\n",
        },
    )
    run_pytest(root, f"--tb={style}", "--junitxml=junit.xml", "-l")
    (test,) = read_reports(["junit.xml"], root, parse=parse).failed
    assert test.crash == "pkg/code.py:3"


@pytest.mark.parametrize("family", ["xunit1", "xunit2"])
def test_node_ids_are_found_below_the_root_when_pytest_ran_in_a_subfolder(tmp_path, parse, family):
    root = tmp_path / "repository"
    make_project(root, {"backend/tests/test_x.py": "class TestA:\n    def test_a(self): assert 0\n", "backend/pytest.ini": "[pytest]\n"})
    run_pytest(root, "--junitxml=junit.xml", "-o", f"junit_family={family}", cwd=root / "backend")
    ingested = read_reports(["backend/junit.xml"], root, parse=parse)
    assert ingested.order == ("backend/tests/test_x.py::TestA::test_a",)
    assert ingested.failed[0].crash == "backend/tests/test_x.py:2"
    assert ingested.problems == ()


@pytest.mark.parametrize("family", ["xunit1", "xunit2"])
def test_node_ids_are_found_when_pytest_ran_above_the_root(tmp_path, parse, family):
    above = tmp_path / "repository"
    make_project(above, {"backend/tests/test_x.py": "class TestA:\n    def test_a(self): assert 0\n", "pytest.ini": "[pytest]\n"})
    run_pytest(above, "--junitxml=backend/junit.xml", "-o", f"junit_family={family}")
    ingested = read_reports(["junit.xml"], above / "backend", parse=parse)
    assert ingested.order == ("tests/test_x.py::TestA::test_a",)
    assert ingested.failed[0].crash == "tests/test_x.py:2"


def test_a_junit_prefix_is_dropped(tmp_path, parse):
    root = tmp_path / "project"
    make_project(root, {"tests/test_x.py": "class TestA:\n    def test_a(self): assert 0\n", "tests/test_broken.py": "import nix_da\n"})
    run_pytest(root, "--junitxml=junit.xml", "--junitprefix=tox-py3.11", "--continue-on-collection-errors")
    ingested = read_reports(["junit.xml"], root, parse=parse)
    assert ingested.order == ("tests/test_x.py::TestA::test_a",)
    assert {(test.nodeid, test.phase) for test in ingested.failed} == {
        ("tests/test_x.py::TestA::test_a", "call"),
        ("tests/test_broken.py", "collect"),
    }
    assert ingested.problems == ()


def test_a_crashed_worker_is_a_failure_of_the_call(tmp_path, parse):
    pytest.importorskip("xdist")
    root = tmp_path / "project"
    make_project(root, {"tests/test_x.py": "import os\ndef test_dies(): os._exit(3)\ndef test_a(): pass\n"})
    run_pytest(root, "-n1", "--junitxml=junit.xml")
    (test,) = read_reports(["junit.xml"], root, parse=parse).failed
    assert (test.nodeid, test.phase) == ("tests/test_x.py::test_dies", "call")
    assert "crashed" in test.message


def test_an_internal_error_is_told(tmp_path, parse):
    root = tmp_path / "project"
    make_project(
        root,
        {
            "test_x.py": "def test_a(): pass\n",
            "plug.py": "def pytest_runtest_setup(item): pass\ndef pytest_collection_modifyitems(): raise LookupError('boom')\n",
        },
    )
    run_pytest(root, "-p", "plug", "--junitxml=junit.xml")
    ingested = read_reports(["junit.xml"], root, parse=parse)
    assert ingested.failed == ()
    (problem,) = ingested.problems
    assert "junit.xml: pytest itself crashed" in problem
    assert "boom" in problem
