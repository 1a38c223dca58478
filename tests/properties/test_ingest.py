"""Whatever a report holds, reading it returns; and what pytest writes without loss comes back as it was."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

import defusedxml.ElementTree
import pytest
from _pytest.junitxml import bin_xml_escape, mangle_test_address
from hypothesis import assume, given
from hypothesis import strategies as st

from flakemark.ingest import Parse, read_reports, safe_parse


def defused_parse(file: BinaryIO) -> ElementTree.Element:
    return defusedxml.ElementTree.parse(file, forbid_dtd=True).getroot()


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "tests").mkdir()
        (Path(folder) / "tests" / "test_x.py").write_text("class TestA:\n    def test_a(): ...\n", encoding="utf-8")
        yield Path(folder)


@pytest.fixture(scope="module", params=[safe_parse, defused_parse], ids=["ours", "defusedxml"])
def parse(request: pytest.FixtureRequest) -> Parse:
    return request.param


XML_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(bin_xml_escape)
WORDS = st.sampled_from(["", "tests", "tests.test_x", "test_x.TestA", ".", "..", "a.b" * 50, "tests.test_x.TestA", "pytest"])
NAMES = st.sampled_from(["test_a", "internal", "setUpClass (x)", "test_a (i=1)", "[", "::", "../../etc/passwd"]) | XML_TEXT
MESSAGES = st.sampled_from(["failed on setup with", "collection failure", "collection skipped", "failed on teardown with"]) | XML_TEXT
TAGS = st.sampled_from(["testsuite", "testsuites", "testcase", "failure", "error", "skipped", "system-out", "{urn:x}testcase", "a"])


def element(tag: str, attributes: dict[str, str], text: str, children: list[ElementTree.Element]) -> ElementTree.Element:
    made = ElementTree.Element(tag, attributes)
    made.text = text
    made.extend(children)
    return made


ATTRIBUTES = st.fixed_dictionaries(
    {}, optional={"classname": WORDS | XML_TEXT, "name": NAMES, "file": WORDS | XML_TEXT, "message": MESSAGES, "type": XML_TEXT}
)
ELEMENTS = st.recursive(
    st.builds(element, TAGS, ATTRIBUTES, XML_TEXT, st.just([])),
    lambda inner: st.builds(element, TAGS, ATTRIBUTES, XML_TEXT, st.lists(inner, max_size=4)),
    max_leaves=12,
)


def lines_are_clean(problems: tuple[str, ...]) -> bool:
    return all(line.isprintable() and len(line) <= 500 for line in problems)


@given(content=st.binary(max_size=400) | st.builds(bytes.__add__, st.just(b"<testsuites><testcase name='"), st.binary(max_size=60)))
def test_random_bytes_never_raise(root, parse, content):
    (root / "junit.xml").write_bytes(content)
    ingested = read_reports(["junit.xml"], root, parse=parse)
    assert lines_are_clean(ingested.problems)
    assert ingested.order or ingested.failed or len(ingested.problems) == 1


@given(tree=ELEMENTS)
def test_random_trees_never_raise_and_both_parsers_agree(root, tree):
    (root / "junit.xml").write_bytes(ElementTree.tostring(tree))
    ingested = read_reports(["junit.xml"], root)
    assert ingested == read_reports(["junit.xml"], root, parse=defused_parse)
    assert lines_are_clean(ingested.problems)
    assert len(set(ingested.order)) == len(ingested.order)
    assert all(0 < test.failures <= test.attempts for test in ingested.failed)


@given(pattern=st.text(max_size=20) | st.text("*?[]/.!a\\", max_size=12))
def test_random_patterns_never_raise(root, pattern):
    assert lines_are_clean(read_reports([pattern], root).problems)


@given(parameter=st.text(max_size=40))
def test_parameters_that_pytest_writes_without_loss_come_back(root, parse, parameter):
    assume(bin_xml_escape(parameter) == parameter)
    nodeid = f"tests/test_x.py::TestA::test_a[{parameter}]"
    *classnames, name = mangle_test_address(nodeid)
    case = ElementTree.Element("testcase", {"classname": ".".join(classnames), "name": name})
    (root / "junit.xml").write_text(
        ElementTree.tostring(element("testsuite", {}, "", [case]), encoding="unicode"), encoding="utf-8", newline=""
    )
    assert read_reports(["junit.xml"], root, parse=parse).order == (nodeid,)


@given(crash=st.text(max_size=60) | st.text("./a\\:", max_size=9), text=st.text(st.sampled_from('a/.py:3 \n"E>File, line'), max_size=200))
def test_random_failure_texts_give_a_crash_line_or_none(root, crash, text):
    failure = element("failure", {"message": "m"}, bin_xml_escape(f"{text}\n{crash}:3: E"), [])
    case = element("testcase", {"classname": "tests.test_x", "name": "test_a"}, "", [failure])
    (root / "junit.xml").write_bytes(ElementTree.tostring(case))
    (test,) = read_reports(["junit.xml"], root).failed
    path, _, line = test.crash.rpartition(":")
    assert test.crash == "" or (path and line.isdigit() and not path.startswith(("/", "..")))
