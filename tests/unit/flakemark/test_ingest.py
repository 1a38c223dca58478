"""What reports of other writers, reruns, several files and hostile files become."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

import defusedxml.ElementTree
import pytest

from flakemark.ingest import Parse, find, read_reports, safe_parse, testcases, xmlsafe

FAILURE = '<failure message="assert 0">tests/test_x.py:3: AssertionError</failure>'
TEARDOWN = '<error message="failed on teardown with &quot;E: x&quot;">tests/test_x.py:9: E</error>'


def defused_parse(file: BinaryIO) -> Element:
    return defusedxml.ElementTree.parse(file, forbid_dtd=True).getroot()


@pytest.fixture(params=[safe_parse, defused_parse], ids=["ours", "defusedxml"])
def parse(request) -> Parse:
    return request.param


@pytest.fixture
def root(tmp_path) -> Path:
    folder = tmp_path / "project"
    put(folder, "tests/test_x.py", "class TestA:\n    def test_a(self): ...\ndef test_a(): ...\n")
    return folder


def put(root: Path, name: str, text: str = "") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def case(name: str = "test_a", classname: str = "tests.test_x", child: str = "", **attributes: str) -> str:
    more = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<testcase classname={quoteattr(classname)} name={quoteattr(name)}{more}>{child}</testcase>"


def report(*cases: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest">{"".join(cases)}</testsuite></testsuites>'


# reruns, duplicates, several files


def test_reruns_that_passed_in_the_end_count_their_hidden_failures(root, parse):
    put(root, "junit.xml", report(case(), case(), case(), case("test_b")))
    (test,) = read_reports(["junit.xml"], root, parse=parse).failed
    assert (test.nodeid, test.attempts, test.failures, test.message) == ("tests/test_x.py::test_a", 3, 2, "")


def test_reruns_that_failed_in_the_end_failed_every_time(root, parse):
    put(root, "junit.xml", report(case(), case(), case(child=FAILURE), case("test_b")))
    (test,) = read_reports(["junit.xml"], root, parse=parse).failed
    assert (test.attempts, test.failures, test.message) == (3, 3, "assert 0")


def test_reruns_with_a_teardown_error_at_the_end_are_counted_once(root, parse):
    put(root, "junit.xml", report(case(), case(child=FAILURE), case(child=TEARDOWN), case("test_b")))
    (test,) = read_reports(["junit.xml"], root, parse=parse).failed
    assert (test.attempts, test.failures, test.phase) == (2, 2, "call")


def test_every_test_twice_is_a_run_on_two_workers_and_no_rerun(root, parse):
    put(root, "junit.xml", report(case(), case(), case("test_b"), case("test_b", child=FAILURE)))
    (test,) = read_reports(["junit.xml"], root, parse=parse).failed
    assert (test.nodeid, test.attempts, test.failures) == ("tests/test_x.py::test_b", 2, 1)


def test_a_test_that_passed_in_another_report_is_seen_as_flaky(root, parse):
    put(root, "a.xml", report(case()))
    put(root, "b.xml", report(case("test_b"), case(child=FAILURE)))
    ingested = read_reports(["*.xml"], root, parse=parse)
    (test,) = ingested.failed
    assert (test.attempts, test.failures, test.source) == (2, 1, "b.xml")
    assert ingested.order == ("tests/test_x.py::test_a", "tests/test_x.py::test_b")


def test_a_skip_is_no_attempt(root, parse):
    put(root, "a.xml", report(case(child='<skipped message="no"/>')))
    put(root, "b.xml", report(case(child=FAILURE)))
    (test,) = read_reports(["*.xml"], root, parse=parse).failed
    assert (test.attempts, test.failures) == (1, 1)


def test_suites_merged_into_one_file_count_apart(root, parse):
    suite = '<testsuite name="{}">{}</testsuite>'
    inner = suite.format("outer", suite.format("a", case()) + suite.format("b", case(child=FAILURE)))
    put(root, "junit.xml", f"<testsuites>{inner}</testsuites>")
    (test,) = read_reports(["junit.xml"], root, parse=parse).failed
    assert (test.attempts, test.failures) == (2, 1)


def test_the_same_file_named_twice_is_read_once(root, parse):
    put(root, "reports/junit.xml", report(case(child=FAILURE)))
    (test,) = read_reports(["reports/junit.xml", "reports", "**/*.xml", str(root / "reports")], root, parse=parse).failed
    assert test.attempts == 1


# other writers


def test_subtests_of_unittest_xml_reporting_are_one_attempt(root, parse):
    put(root, "tests/test_u.py", "class T: ...")
    text = 'Traceback (most recent call last):\n  File "/ci/w/tests/test_u.py", line 20, in test_sub\nAssertionError: 0 != 1\n'
    failure = f'<failure type="AssertionError" message="0 != 1"><![CDATA[{text}]]></failure>'
    cases = [case(f"test_sub (i={number})", "tests.test_u.T", failure, file="tests/test_u.py", line="18") for number in (0, 2)]
    put(root, "junit.xml", f'<testsuite name="tests.test_u.T" tests="2">{"".join(cases)}</testsuite>')
    ingested = read_reports(["junit.xml"], root, parse=parse)
    (test,) = ingested.failed
    assert (test.nodeid, test.attempts, test.failures) == ("tests/test_u.py::T::test_sub", 1, 1)
    assert (test.message, test.crash) == ("AssertionError: 0 != 1", "tests/test_u.py:20")
    assert ingested.order == (test.nodeid,)


def test_class_fixtures_of_unittest_are_setup_errors_of_the_class(root, parse):
    put(root, "junit.xml", report(case("setUpClass (tests.test_x.TestA)", "unittest.suite._ErrorHolder", '<error type="E" message="m"/>')))
    ingested = read_reports(["junit.xml"], root, parse=parse)
    assert [(test.nodeid, test.phase) for test in ingested.failed] == [("tests/test_x.py::TestA", "setup")]
    assert ingested.order == ()


def test_modules_that_unittest_cannot_load_are_collection_errors(root, parse):
    put(root, "junit.xml", report(case("tests.test_x", "unittest.loader._FailedTest", '<error type="ImportError" message="m"/>')))
    ingested = read_reports(["junit.xml"], root, parse=parse)
    assert [(test.nodeid, test.phase) for test in ingested.failed] == [("tests/test_x.py", "collect")]


def test_a_dotted_name_without_a_class_name_is_split(root, parse):
    put(root, "junit.xml", report(case("tests.test_x.TestA.test_a[v1.2]", "", FAILURE)))
    assert read_reports(["junit.xml"], root, parse=parse).order == ("tests/test_x.py::TestA::test_a[v1.2]",)


def test_namespaces_are_ignored(root, parse):
    put(root, "junit.xml", report(case(child=FAILURE)).replace("<testsuites>", '<testsuites xmlns="urn:x" xmlns:a="urn:y" a:b="c">'))
    assert len(read_reports(["junit.xml"], root, parse=parse).failed) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings_are_read(root, parse, encoding):
    text = report(case("test_a[é]", child=FAILURE)).replace("utf-8", encoding)
    (root / "junit.xml").write_bytes(text.encode(encoding))
    assert read_reports(["junit.xml"], root, parse=parse).order == ("tests/test_x.py::test_a[é]",)


# node ids against the tree


def ids(root: Path, *cases: str, parse: Parse = safe_parse, where: str = "junit.xml") -> tuple[str, ...]:
    put(root, where, report(*cases))
    ingested = read_reports([where], root, parse=parse)
    assert ingested.problems == ()
    return ingested.order


def test_module_names_without_src_are_found_below_it(root):
    put(root, "src/pkg/tests/test_y.py", "class TestY: ...")
    assert ids(root, case("test_y", "pkg.tests.test_y.TestY")) == ("src/pkg/tests/test_y.py::TestY::test_y",)


def test_of_two_files_of_one_name_the_one_that_defines_the_test_is_taken(root):
    put(root, "packages/b/tests/test_x.py", "def test_only_here(): ...")
    assert ids(root, case("test_only_here[1]")) == ("packages/b/tests/test_x.py::test_only_here[1]",)


def test_of_two_equal_files_the_one_near_the_report_is_taken(root):
    for package in "abc":
        put(root, f"packages/{package}/tests/test_y.py", "def test_y(): ...")
    assert ids(root, case("test_y", "tests.test_y"), where="packages/b/reports/junit.xml") == ("packages/b/tests/test_y.py::test_y",)


def test_files_that_fit_equally_well_are_told(root):
    for package in "ab":
        put(root, f"packages/{package}/tests/test_y.py", "def test_y(): ...")
    put(root, "junit.xml", report(case("test_y", "tests.test_y", FAILURE)))
    ingested = read_reports(["junit.xml"], root)
    assert ingested.order == ("packages/a/tests/test_y.py::test_y",)
    assert "packages/b/tests/test_y.py" in ingested.problems[0]


def test_the_file_attribute_chooses_between_files_of_one_name(root):
    for package in "ab":
        put(root, f"packages/{package}/tests/test_y.py", "def test_y(): ...")
    assert ids(root, case("test_y", "tests.test_y", file="packages/b/tests/test_y.py")) == ("packages/b/tests/test_y.py::test_y",)


def test_the_file_attribute_of_an_inherited_test_does_not_mislead(root):
    put(root, "tests/base.py", "class Base:\n    def test_a(self): ...")
    assert ids(root, case(classname="tests.test_x.TestA", file="tests/base.py")) == ("tests/test_x.py::TestA::test_a",)


def test_the_file_attribute_stands_alone_when_the_class_name_says_nothing(root):
    assert ids(root, case(classname="Suite.TestA", file="tests/test_x.py")) == ("tests/test_x.py::TestA::test_a",)


@pytest.mark.parametrize(
    "written", ["tests/test_x.py", "tests\\test_x.py", "/home/runner/work/r/r/tests/test_x.py", "D:\\a\\r\\r\\tests\\test_x.py"]
)
def test_file_attributes_of_any_machine_are_understood(root, parse, written):
    assert ids(root, case(file=written), parse=parse) == ("tests/test_x.py::test_a",)


def test_absolute_host_paths_are_mapped_back(root, parse):
    put(root, "lib/deep/code.py")
    failure = '<failure message="m">/home/runner/work/r/r/lib/deep/code.py:7: ValueError</failure>'
    put(root, "junit.xml", report(case(child=failure)))
    (test,) = read_reports(["junit.xml"], root, parse=parse, workspace_map=("/home/runner/work/r/r", str(root))).failed
    assert test.crash == "lib/deep/code.py:7"


@pytest.mark.parametrize(
    "where", ["/usr/lib/python3.11/json/decoder.py", "../venv/lib/python3.11/site-packages/tests/test_x.py", "/etc/other.py"]
)
def test_a_crash_outside_the_project_has_no_line(root, parse, where):
    put(root, "decoder.py")
    put(root, "junit.xml", report(case(child=f'<failure message="m">{where}:7: ValueError</failure>')))
    assert read_reports(["junit.xml"], root, parse=parse).failed[0].crash == ""


def test_tests_whose_file_is_gone_keep_a_guess_and_are_told_in_one_line(root, parse):
    put(root, "junit.xml", report(case(), *(case(f"test_{number}", "gone.test_g.TestG", FAILURE) for number in range(5))))
    ingested = read_reports(["junit.xml"], root, parse=parse)
    assert ingested.failed[0].nodeid == "gone/test_g.py::TestG::test_0"
    (problem,) = ingested.problems
    assert problem.startswith("junit.xml: the project has no file for 5 of 6 testcases")


@pytest.mark.parametrize(
    ("name", "classname", "nodeid", "known"),
    [
        ("tests", "", "tests", True),
        ("TestA", "tests.test_x", "tests/test_x.py::TestA", True),
        ("tests.test_x", "tox-py3.11", "tests/test_x.py", True),
        ("gone.test_g", "", "gone/test_g.py", False),
    ],
)
def test_collection_errors_name_the_folder_file_or_class(root, parse, name, classname, nodeid, known):
    put(root, "junit.xml", report(case(name, classname, '<error message="collection failure">text</error>')))
    ingested = read_reports(["junit.xml"], root, parse=parse)
    assert [(test.nodeid, test.phase) for test in ingested.failed] == [(nodeid, "collect")]
    assert (ingested.problems == ()) == known
    assert ingested.order == ()


def test_a_file_of_that_name_elsewhere_is_no_match(root):
    put(root, "unrelated/gone.py", "")
    put(root, "junit.xml", report(case("test_g", "prefix.gone.TestG"), case("test_h", "tests.gone.TestG")))
    assert read_reports(["junit.xml"], root).order == ("prefix/gone.py::TestG::test_g", "tests/gone.py::TestG::test_h")


# files


def test_globs_folders_and_plain_paths_are_read_in_order(root, parse):
    for number, name in enumerate(["z/1.xml", "a/deep/2.xml", "a/3.xml", "odd[1].xml"]):
        put(root, name, report(case(f"test_{number}", child=FAILURE)))
    put(root, "a/notes.txt", "no report")
    ingested = read_reports(["z", "a/**/*.xml", "odd[1].xml"], root, parse=parse)
    assert [test.source for test in ingested.failed] == ["z/1.xml", "a/3.xml", "a/deep/2.xml", "odd[1].xml"]
    assert ingested.problems == ()


@pytest.mark.parametrize("pattern", ["nix.xml", "nix/*.xml", "**/nix*.xml", "empty", "../*.xml", "/tmp/*/x.xml", "a\0b", "n" * 5000, "/"])
def test_a_pattern_that_matches_nothing_is_one_line_and_stops_nothing(root, parse, pattern):
    (root / "empty").mkdir()
    put(root, "good.xml", report(case(child=FAILURE)))
    ingested = read_reports([pattern, "good.xml"], root, parse=parse)
    assert len(ingested.failed) == 1
    (problem,) = ingested.problems
    assert problem.isprintable()
    assert len(problem) <= 500


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 if n > 1 else str()};" * 10}">' for n in range(1, 10))
    + "]>"
)
BROKEN = {
    "text": ("hello", "is not well-formed XML (line 1, column 0)"),
    "truncated": (report(case(child=FAILURE))[:-30], "ends in the middle"),
    "cut in a tag": (report(case(child=FAILURE))[:-3], "ends in the middle"),
    "empty": ("", "is empty"),
    "blank": ("  \n", "ends in the middle"),
    "coverage": ("<coverage/>", "is not a JUnit report (its root element is <coverage>)"),
    "no tests": (report(), "holds no testcases"),
    "doctype": ("<!DOCTYPE testsuites>" + report(case())[38:], "declares a DTD or an entity"),
    "bomb": (BOMB + "<testsuites>&lol9;</testsuites>", "declares a DTD or an entity"),
    "external": ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuites>&e;</testsuites>', "declares a DTD or an entity"),
    "undeclared": ("<testsuites>&nix;</testsuites>", "is not well-formed XML"),
    "control": ("<testsuites>\x01</testsuites>", "is not well-formed XML"),
    "encoding": ('<?xml version="1.0" encoding="nix"?><testsuites/>', ""),
    "multibyte": ('<?xml version="1.0" encoding="shift_jis"?><testsuites/>', ""),
    "deep": ("<testsuites>" * 200 + "</testsuites>" * 200, "is nested deeper than 100"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_one_line_and_stops_nothing(root, parse, kind):
    text, reason = BROKEN[kind]
    put(root, "reports/bad.xml", text)
    put(root, "reports/good.xml", report(case(child=FAILURE)))
    ingested = read_reports(["reports/*.xml"], root, parse=parse)
    (problem,) = ingested.problems
    assert problem.startswith(f"reports/bad.xml: {reason}")
    assert len(ingested.failed) == 1


def test_both_parsers_say_the_same(root):
    for kind, (text, _) in BROKEN.items():
        put(root, f"reports/{kind}.xml", text)
    assert read_reports(["reports"], root, parse=safe_parse) == read_reports(["reports"], root, parse=defused_parse)


def test_files_over_the_caps_are_refused(root, parse, monkeypatch):
    put(root, "a.xml", report(case(child=FAILURE), "<system-out>" + "x" * 200_000 + "</system-out>"))
    put(root, "b.xml", report(*[case(f"test_{number}") for number in range(101)]))
    put(root, "c.xml", report("<a/>" * 1000))
    put(root, "good.xml", report(case(child=FAILURE)))
    monkeypatch.setattr(xmlsafe, "MAX_BYTES", 150_000)
    monkeypatch.setattr(xmlsafe, "MAX_MARKUP", 900)
    monkeypatch.setattr(testcases, "MAX_TESTCASES", 100)
    ingested = read_reports(["*.xml"], root, parse=parse)
    assert [re.sub(r";.*", "", line) for line in ingested.problems] == [
        "a.xml: is larger than 0 MB",
        "b.xml: holds more than 100 testcases",
        "c.xml: holds more than 900 tags",
    ]
    assert len(ingested.failed) == 1


def test_a_pattern_that_names_thousands_of_files_is_refused(root, monkeypatch):
    monkeypatch.setattr(find, "MAX_FILES", 2)
    for number in range(3):
        put(root, f"r/{number}.xml", report(case()))
    assert read_reports(["r"], root).problems == ("r: names 3 files, more than 2; make it narrower",)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_does_not_hold_us(root, parse):
    os.mkfifo(root / "pipe.xml")
    (problem,) = read_reports(["pipe.xml"], root, parse=parse).problems
    assert problem.startswith("pipe.xml: is not a regular file")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_one_line(root, parse):
    put(root, "secret.xml", report(case())).chmod(0)
    (problem,) = read_reports(["secret.xml"], root, parse=parse).problems
    assert problem.startswith("secret.xml: cannot be read")


def test_links_that_lead_out_are_not_followed(root, tmp_path, parse):
    put(tmp_path, "outside/secret.xml", report(case(child=FAILURE)))
    (root / "r").mkdir()
    (root / "r" / "file.xml").symlink_to(tmp_path / "outside" / "secret.xml")
    (root / "r" / "folder").symlink_to(tmp_path / "outside")
    (root / "r" / "loop").symlink_to(root / "r")
    (root / "r" / "self.xml").symlink_to("self.xml")
    patterns = [
        "r/*.xml",
        "r/**/*.xml",
        "**/secret.xml",
        "r/folder/*.xml",
        "r/file.xml",
        "r/folder/secret.xml",
        "r",
        "r/folder",
        "r/*/*.xml",
    ]
    ingested = read_reports(patterns, root, parse=parse)
    assert ingested.failed == ()
    assert len(ingested.problems) == len(patterns)


def test_links_within_the_project_are_followed(root, parse):
    put(root, "real/junit.xml", report(case(child=FAILURE)))
    (root / "latest").symlink_to(root / "real")
    assert len(read_reports(["latest/*.xml"], root, parse=parse).failed) == 1


def test_a_file_outside_is_read_when_it_is_named(root, tmp_path, parse):
    put(tmp_path, "elsewhere/junit.xml", report(case(child=FAILURE)))
    ingested = read_reports([str(tmp_path / "elsewhere" / "junit.xml")], root, parse=parse)
    assert ingested.failed[0].source == "../elsewhere/junit.xml"


def test_hidden_folders_have_to_be_named(root, parse):
    put(root, ".reports/junit.xml", report(case(child=FAILURE)))
    assert len(read_reports(["**/.reports/*.xml"], root, parse=parse).failed) == 1
    assert read_reports(["**/*.xml"], root, parse=parse).failed == ()


def test_messages_are_bounded(root, parse):
    put(root, "junit.xml", report(case(child=f'<failure message="{"é" * 100_000}">{"x" * 1_000_000}</failure>')))
    (test,) = read_reports(["junit.xml"], root, parse=parse).failed
    assert len(test.message.encode()) <= 8192


def test_hostile_names_in_problems_are_printable_and_bounded(root, parse):
    put(root, "evil\n::error::\x1b[31m\u202e.xml", "nope")
    put(root, "junit.xml", report(case("a\n::error::x" + "y" * 2000, "gone")))
    problems = read_reports(["*.xml"], root, parse=parse).problems
    assert len(problems) == 2
    assert all(line.isprintable() and len(line) <= 500 for line in problems)


def test_testcases_without_a_name_are_left_out_and_told(root, parse):
    put(root, "junit.xml", report("<testcase/>", case("n" * 100_000), case(child=FAILURE)))
    ingested = read_reports(["junit.xml"], root, parse=parse)
    assert len(ingested.order) == 1
    assert ingested.problems[0].startswith("junit.xml: 2 testcases have no name")


@pytest.mark.bench
@pytest.mark.skipif(not os.environ.get("FLAKEBENCH"), reason="FLAKEBENCH names no folder of cases")
def test_the_failed_test_of_every_benchmark_case_is_found(parse):
    cases = sorted(Path(os.environ["FLAKEBENCH"]).resolve().glob("*/case.toml"))
    assert cases
    for file in cases:
        nodeid = re.search(r'^nodeid = "(.*)"$', file.read_text(encoding="utf-8"), re.MULTILINE)[1]
        ingested = read_reports([str(file.parent / "junit.xml")], file.parent / "project", parse=parse)
        assert nodeid in [test.nodeid for test in ingested.failed], file
        assert ingested.problems == (), file


@pytest.mark.parametrize(
    ("time", "seconds"), [("1.25", 1.25), ("1,234.5", 1234.5), ("", 0.0), ("-1", 0.0), ("nan", 0.0), ("9" * 400, 0.0), ("1e9", 0.0)]
)
def test_a_failed_test_says_how_long_its_longest_attempt_took(root, time, seconds):
    put(root, "a.xml", report(case(child="<failure/>", time=time)))
    put(root, "b.xml", report(case(child="<failure/>", time="0.0")))
    (test,) = read_reports(["a.xml", "b.xml"], root).failed
    assert test.seconds == seconds


@pytest.mark.parametrize(
    ("stamp", "began"),
    [
        ("2026-10-31T09:14:22.5+00:00", 1793438062.5),
        ("2026-10-31T09:14:22Z", 1793438062.0),
        ("2026-10-31T11:14:22+02:00", 1793438062.0),
        ("yesterday", 0.0),
        ("", 0.0),
        ("0001-01-01T00:00:00", 0.0),
        ("9999-12-31T23:59:59+00:00", 0.0),
    ],
)
def test_a_failed_test_says_when_its_suite_began(root, stamp, began):
    suite = f'<testsuites timestamp="{stamp}"><testsuite>{case(child="<failure/>")}</testsuite></testsuites>'
    put(root, "a.xml", suite)
    (test,) = read_reports(["a.xml"], root).failed
    assert test.began == began
