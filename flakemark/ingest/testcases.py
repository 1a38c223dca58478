"""Testcases out of an element tree: pytest's two families, unittest-xml-reporting, nested suites.

What pytest writes for a phase is in the message alone: `failed on setup with "..."`, `failed on teardown with "..."`,
`collection failure`. unittest writes class fixtures as testcases of its own private classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from xml.etree.ElementTree import Element

from flakemark.ingest.xmlsafe import TooLarge

MAX_TESTCASES = 200_000
MAX_DEPTH = 100
MAX_NAME = 32 * 1024
MAX_MESSAGE = 8 * 1024
MAX_TIMESTAMP = 40
LATEST = 4_102_444_800.0  # the year 2100

_SUBTEST = re.compile(r"([^\W\d]\w*) [\[(].*[\])]", re.DOTALL)
_CLASS_FIXTURE = re.compile(r"(setUp|tearDown)(?:Class|Module) \((.+)\)", re.DOTALL)
_FIXTURES = {"setUp": "setup", "tearDown": "teardown"}
_PREFIXES = (("failed on setup with", "setup"), ("failed on teardown with", "teardown"), ("collection failure", "collect"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The failure or error of a testcase: where it happened, its bounded message and its full text, when its suite began.

    Attributes:
        began: seconds since the epoch; 0 if that is not told.
    """

    phase: str
    message: str
    text: str
    began: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Testcase:
    """One testcase as written.

    Attributes:
        suite: ordinal of the test suite in its file.
        file: the `file` attribute (xunit1), or "".
        problem: the first failure or error, or None.
        skipped: whether it holds a `skipped` element.
        seconds: how long it took, 0 if that is not told.
        subtest: whether the name is that of one subtest in a report that gives each a testcase.
        is_test: False for a module or class that could not be collected and for unittest's class fixtures.
    """

    __test__ = False
    suite: int
    classname: str
    name: str
    file: str
    problem: Problem | None
    skipped: bool
    seconds: float = 0.0
    subtest: bool = False
    is_test: bool = True


@dataclass(frozen=True, slots=True)
class Suite:
    """The testcases of a file in document order, the crash of pytest itself if there was one, and what cannot be used."""

    testcases: tuple[Testcase, ...]
    internal_error: str
    unusable: int


def read_testcases(root: Element) -> Suite:
    """Collect the testcases below the root element of a report, in document order.

    Raises:
        TooLarge: over the caps for testcases or depth.
    """
    found, internal, unusable = [], "", 0
    for suite, began, element in _elements(root):
        name = element.get("name", "")
        if not name or len(name) > MAX_NAME or len(element.get("classname", "")) > MAX_NAME:
            unusable += 1
        elif _is_skipped_collection(element):
            continue
        elif name == "internal" and element.get("classname") == "pytest":
            internal = _last_line(_text(element)) or "no message"
        else:
            found.append(_testcase(suite, _moment(began), element))
    return Suite(tuple(found), internal, unusable)


def is_report(root: Element) -> bool:
    """Tell whether the root element is that of a JUnit report."""
    return _tag(root) in ("testsuites", "testsuite", "testcase")


def _elements(root: Element) -> Iterator[tuple[int, str, Element]]:
    """Walk without recursion: depth is the writer's choice. Gives each testcase with its suite, and when that is said to have begun."""
    pending, suite, count = [(root, 0, 0, "")], 0, 0
    while pending:
        element, depth, owner, began = pending.pop()
        began = element.get("timestamp", "") or began
        if depth > MAX_DEPTH:
            raise TooLarge(f"is nested deeper than {MAX_DEPTH} elements")
        if _tag(element) == "testsuite":
            suite += 1
            owner = suite
        if _tag(element) == "testcase":
            count += 1
            if count > MAX_TESTCASES:
                raise TooLarge(f"holds more than {MAX_TESTCASES} testcases")
            yield owner, began, element
        pending.extend((child, depth + 1, owner, began) for child in reversed(element))


def _is_skipped_collection(element: Element) -> bool:
    return any(_tag(child) == "skipped" and child.get("message") == "collection skipped" for child in element)


def _testcase(suite: int, began: float, element: Element) -> Testcase:
    case = Testcase(
        suite=suite,
        classname=element.get("classname", ""),
        name=element.get("name", ""),
        file=element.get("file", ""),
        problem=_problem(element, began),
        skipped=any(_tag(child) == "skipped" for child in element),
        seconds=_seconds(element.get("time", "")),
    )
    return _of_unittest(case)


def _of_unittest(case: Testcase) -> Testcase:
    """Read the three shapes that unittest's writers have and pytest has not."""
    if fixture := _CLASS_FIXTURE.fullmatch(case.name):
        return replace(case, classname="", name=fixture[2], problem=_in_phase(case.problem, _FIXTURES[fixture[1]]), is_test=False)
    if case.classname == "unittest.loader._FailedTest":
        return replace(case, classname="", problem=_in_phase(case.problem, "collect"), is_test=False)
    if case.problem and case.problem.phase == "collect":
        return replace(case, is_test=False)
    if subtest := _SUBTEST.fullmatch(case.name):
        return replace(case, name=subtest[1], subtest=True)
    return case


def _seconds(text: str) -> float:
    """A time as writers spell it, some of them with commas between thousands."""
    plain = text.strip().replace(",", "")
    return float(plain) if re.fullmatch(r"\d{1,9}(\.\d{1,12})?", plain, re.ASCII) else 0.0


def _in_phase(problem: Problem | None, phase: str) -> Problem | None:
    return replace(problem, phase=phase) if problem else None


def _moment(text: str) -> float:
    """A time stamp as writers spell it; without a zone it is taken for the local time."""
    try:
        seconds = datetime.fromisoformat(text.strip().replace("Z", "+00:00")[:MAX_TIMESTAMP]).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
    return seconds if 0 < seconds < LATEST else 0.0


def _problem(element: Element, began: float) -> Problem | None:
    found = next((child for child in element if _tag(child) in ("failure", "error")), None)
    if found is None:
        return None
    text = _text(found)
    message = _message(found, text)
    return Problem(phase=_phase(message), message=message, text=text, began=began)


def _message(element: Element, text: str) -> str:
    """The message as pytest would have put it: unittest-xml-reporting moves the exception type to an attribute."""
    message = element.get("message", "") or _last_line(text)
    kind = element.get("type", "")
    if kind and message and kind not in message and not kind.startswith("pytest."):
        message = f"{kind}: {message}"
    return message.encode("utf-8", "replace")[:MAX_MESSAGE].decode("utf-8", "ignore")


def _phase(message: str) -> str:
    if "crashed while running" in message[:200]:  # a worker of pytest-xdist died; it is reported as a setup error
        return "call"
    return next((phase for prefix, phase in _PREFIXES if message.startswith(prefix)), "call")


def _text(element: Element) -> str:
    return "".join(element.itertext())


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2].strip()


def _tag(element: Element) -> str:
    """The name without its namespace; comments, which some parsers keep, have a function for a tag."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
