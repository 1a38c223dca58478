"""What people and programs rely on in the box."""

from __future__ import annotations

import base64
import hashlib
import re
import shlex
from dataclasses import replace

import pytest

from flakemark.model import (
    Category,
    Cause,
    ChainLink,
    Diagnosis,
    DivergenceType,
    Evidence,
    Fix,
    Intervention,
    NodeId,
    Report,
    Status,
    Verdict,
)
from flakemark.report import wording
from flakemark.report.html import render_html
from flakemark.report.markdown import render_markdown
from flakemark.report.text import render_text

CAUSE = Cause(
    file="shop/totals.py",
    line=41,
    end_line=41,
    function="basket",
    source="rate = random.choice(RATES)",
    divergence_type=DivergenceType.VALUE_MISMATCH,
    category=Category.RANDOMNESS,
    status=Status.CONFIRMED,
    confidence=0.85,
    title="The rate is random.",
    detail="0.19 passed, 0.07 failed",
)
PINNED = (
    Intervention(kind="pin", target="shop/totals.py:41", setting="failing", passed=0, failed=20),
    Intervention(kind="pin", target="shop/totals.py:41", setting="passing", passed=20, failed=0),
    Intervention(kind="none", target="", setting="unforced", passed=17, failed=3),
)
LINK = ChainLink(file="shop/totals.py", line=41, function="basket", source="rate = ...", passing="0.19", failing="0.07")
FLAKY = Diagnosis(
    nodeid=NodeId("tests/test_a.py::test_a"),
    verdict=Verdict.FLAKY,
    cause=CAUSE,
    chain=(LINK,),
    evidence=Evidence(60, 37, 23, PINNED),
    reproduce="flakemark replay report.json tests/test_a.py::test_a",
    fix=Fix("Seed it."),
    divergences=1,
)


def labels(box: str) -> list[str]:
    return re.findall(r"^(\w[\w ]*:)", box, re.MULTILINE)


def test_the_labels_come_in_the_order_that_people_search_for():
    expected = [
        "FLAKEMARK:",
        "File:",
        "Line:",
        "Function:",
        "Type:",
        "Cause:",
        "Detail:",
        "Fix:",
        "Chain:",
        "Evidence:",
        "Reproduce:",
        "Confidence:",
    ]
    assert [label for label in labels(render_text(FLAKY)) if label != "tests:"] == expected


def test_the_box_has_rules_of_56_dashes():
    lines = render_text(FLAKY).splitlines()
    assert [number for number, line in enumerate(lines) if line == "-" * 56] == [0, 3, len(lines) - 1]
    assert lines[1] == "FLAKEMARK: root cause found"
    assert lines[-2] == "Confidence: 85% | Total divergences: 1"


def test_evidence_is_counted_from_the_side_that_the_forcing_aims_at():
    assert wording.evidence(FLAKY.evidence, at="shop/totals.py:41") == (
        "forced to the failing value: 20 of 20 failed; forced to the passing value: 20 of 20 passed; unforced: 3 of 20 failed"
    )


@pytest.mark.parametrize(
    ("kind", "setting", "expected"),
    [
        ("none", "", "unforced"),
        ("none", "unforced, under load", "unforced, under load"),
        ("pin", "failing", "forced to the failing value"),
        ("order", "passing", "forced to the passing order"),
        ("edge", "0", "edge value: 0"),
        ("tests", "alone", "order of tests: alone"),
        ("tests", "failing", "forced to the failing order of tests"),
        ("control", "failing", "control, elsewhere forced to the failing value"),
        ("control", "swapped", "control: swapped"),
        ("something new", "x", "something new: x"),
    ],
)
def test_every_kind_of_intervention_has_words(kind, setting, expected):
    assert wording.condition(Intervention(kind=kind, target="", setting=setting, passed=1, failed=1)) == expected


def test_without_counts_a_cause_is_not_called_confirmed():
    uncounted = replace(FLAKY, evidence=Evidence(5, 3, 2))
    report = Report(version="1", python="3.12", root="r", tests=(uncounted,))
    assert "FLAKEMARK: root cause found (correlated)" in render_text(uncounted)
    assert "onfirmed" not in render_text(uncounted) + render_markdown(report) + render_html(report)


@pytest.mark.parametrize("verdict", Verdict)
def test_without_a_cause_the_title_names_the_verdict_and_suspects_are_called_so(verdict):
    box = render_text(replace(FLAKY, verdict=verdict, cause=None, candidates=(CAUSE,) * 5, chain=()))
    assert wording.headline(replace(FLAKY, verdict=verdict, cause=None)) in box.splitlines()[1]
    assert [label for label in labels(box) if label.startswith("Suspect")] == ["Suspect 1:", "Suspect 2:", "Suspect 3:"]
    assert "File:" not in box
    assert "root cause found" not in box


def test_several_lines_are_shown_as_a_range():
    assert "Line:       41-43\n" in render_text(replace(FLAKY, cause=replace(CAUSE, end_line=43)))


def test_confidence_is_never_rounded_up():
    assert wording.percent(0.9999) == "99%"
    assert wording.percent(0.29) == "29%"
    assert wording.percent(1.0) == "100%"


def test_long_values_are_wrapped_below_their_beginning():
    box = render_text(replace(FLAKY, cause=replace(CAUSE, detail="word " * 60)))
    wrapped = [line for line in box.splitlines() if "word" in line]
    assert len(wrapped) > 2
    assert all(len(line) <= 80 for line in wrapped)
    assert all(line.startswith(" " * 12 + "word") for line in wrapped[1:])


def test_the_command_is_never_wrapped():
    command = shlex.join(["flakemark", "replay", "report.json", "tests/test_a.py::test_a[" + "long words " * 20 + "]"])
    line = next(line for line in render_text(replace(FLAKY, reproduce=command)).splitlines() if line.startswith("Reproduce:"))
    assert shlex.split(line.removeprefix("Reproduce:")) == shlex.split(command)


@pytest.mark.parametrize(
    "hostile", ["\x1b[2J", "\u202e", "a\n::error::x", "a\n  ::stop-commands::x", "##[error]x", "\r\nFile: fake.py", "\ud800"]
)
def test_hostile_values_cannot_steer_a_terminal_or_a_runner(hostile):
    cause = replace(CAUSE, title=hostile, detail=hostile, source=hostile, file=hostile, function=hostile)
    link = replace(LINK, passing=hostile, failing=hostile, source=hostile)
    box = render_text(
        replace(FLAKY, nodeid=NodeId(hostile), cause=cause, chain=(link,), notes=(hostile,), reproduce=hostile, fix=Fix(hostile))
    )
    box.encode("utf-8")
    assert all(line.replace("\u200b", "").isprintable() for line in box.splitlines())
    assert not re.search(r"^\s*::|##\[", box, re.MULTILINE)
    assert labels(box).count("File:") == 1


def test_the_page_loads_and_runs_nothing():
    page = render_html(
        Report(version="<1>", python="3.12", root="r", tests=(replace(FLAKY, notes=("<script>alert(1)</script>", '" onload="x')),))
    )
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert not re.search(r"\b(src|href|onload)=(?!&quot;)", page)
    assert "\nhttp" not in page


def test_the_policy_of_the_page_admits_its_own_style():
    page = render_html(Report(version="1", python="3.12", root="r", tests=()))
    style = re.search(r"<style>(.*)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page
