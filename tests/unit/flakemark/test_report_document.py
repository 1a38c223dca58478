"""The document validates, comes back as it was, and refuses what is no document in one line."""

from __future__ import annotations

import copy
import json
import os
from dataclasses import replace

import jsonschema
import pytest

from flakemark.errors import UsageError
from flakemark.model import (
    Category,
    Cause,
    ChainLink,
    Cost,
    Diagnosis,
    DivergenceType,
    Evidence,
    Fix,
    Intervention,
    NodeId,
    Recipe,
    Report,
    StageCost,
    Status,
    TestOrder,
    Verdict,
)
from flakemark.report import document
from flakemark.report.document import dumps, loads, read_report, to_document, write_report, write_text
from flakemark.report.schema import MAX_ITEMS, MAX_TEXT, load_schema

CAUSE = Cause(
    file="a.py",
    line=2,
    end_line=3,
    function="f",
    source="x = 1",
    divergence_type=DivergenceType.THREAD_RACE,
    category=Category.CONCURRENCY,
    status=Status.CONFIRMED,
    confidence=0.5,
    title="t",
    detail="d",
)
FULL = Diagnosis(
    nodeid=NodeId("test_a.py::test_a"),
    verdict=Verdict.FLAKY,
    cause=CAUSE,
    candidates=(CAUSE, replace(CAUSE, line=1)),
    chain=(ChainLink(file="a.py", line=2, function="f", source="x", passing="1", failing="2"),),
    evidence=Evidence(2, 1, 1, (Intervention(kind="pin", target="a.py:2", setting="failing", passed=0, failed=1),)),
    order=TestOrder((NodeId("p"),), (NodeId("s"),), "state"),
    reproduce="flakemark replay r.json",
    fix=Fix("advice", "--- a\n", (20, 0)),
    cost=Cost(2, 0.25, (StageCost("reproduce", 2, 0.25),)),
    divergences=1,
    notes=("note",),
    recipe=Recipe('{"pins": [1, 2]}', "{}"),
)
EMPTY = Diagnosis(nodeid=NodeId("test_a.py::test_b"), verdict=Verdict.ERROR)
REPORT = Report(version="1", python="3.12.1", root="project", tests=(FULL, EMPTY), notes=("bad.xml: is empty",))
SCHEMA = load_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_is_strict_everywhere():
    def objects(value):
        if isinstance(value, dict):
            if "properties" in value:
                yield value
            for inner in value.values():
                yield from objects(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from objects(inner)

    for found in objects(SCHEMA):
        assert found["additionalProperties"] is False
        assert sorted(found["required"]) == sorted(found["properties"])


@pytest.mark.parametrize(("name", "kind"), [("divergence_type", DivergenceType), ("category", Category), ("status", Status)])
def test_the_schema_lists_the_members_of_the_model(name, kind):
    assert SCHEMA["$defs"]["cause"]["properties"][name]["enum"] == [member.value for member in kind]


def test_the_schema_states_the_limits_that_reading_checks():
    assert SCHEMA["$defs"]["text"]["maxLength"] == MAX_TEXT
    assert SCHEMA["properties"]["tests"]["maxItems"] == MAX_ITEMS


def test_a_report_validates_and_comes_back():
    VALIDATOR.validate(to_document(REPORT))
    assert loads(dumps(REPORT)) == REPORT


def test_the_document_has_the_fields_that_programs_read():
    test, empty = to_document(REPORT)["tests"]
    assert test["replay"] == {"failing": {"pins": [1, 2]}, "passing": {}}
    assert test["fix"] == {"advice": "advice", "patch": "--- a\n", "verified": {"runs": 20, "failed": 0}}
    assert test["cause"]["divergence_type"] == "thread_race"
    assert (empty["cause"], empty["order"], empty["replay"]) == (None, None, None)
    assert empty["fix"] == {"advice": "", "patch": None, "verified": None}


def test_texts_that_cannot_be_encoded_survive():
    report = replace(REPORT, notes=("\ud800", "é\u2028"))
    dumps(report).encode("utf-8")
    assert loads(dumps(report)) == report


def test_what_is_over_the_limits_is_cut_and_still_validates():
    big = replace(FULL, notes=("x" * 100_000,), chain=FULL.chain * (MAX_ITEMS + 5), fix=Fix("a", "p" * 2_000_000))
    found = to_document(replace(REPORT, tests=(big,)))
    VALIDATOR.validate(found)
    assert found["tests"][0]["fix"]["patch"] is None
    loads(json.dumps(found))


@pytest.mark.parametrize("recipe", ["[]", "nope", '{"a": NaN}'])
def test_a_recipe_that_is_no_object_is_a_bug_of_ours(recipe):
    with pytest.raises(ValueError, match=r"recipe|Expecting|NaN"):
        to_document(replace(REPORT, tests=(replace(FULL, recipe=Recipe(recipe, "{}")),)))


def changed(path: str, value: object) -> str:
    found = copy.deepcopy(to_document(REPORT))
    place: object = found
    *parents, last = [int(word) if word.isdigit() else word for word in path.split(".")]
    for word in parents:
        place = place[word]
    place[last] = value
    return json.dumps(found)


WRONG = [
    ("schema", 2, "schema 2 instead of 1"),
    ("schema", True, "schema True instead of 1"),
    ("tool.name", "other", "tool.name: expected 'flakemark'"),
    ("tests", {}, "tests: expected a list"),
    ("tests", [1], "tests[0]: expected an object, got 1"),
    ("tests.0.extra", 1, "tests[0]: unknown field 'extra'"),
    ("tests.0.verdict", "maybe", "tests[0].verdict: expected one of flaky, consistent_failure, not_reproduced, error, got 'maybe'"),
    ("tests.0.verdict", ["flaky"], "tests[0].verdict: expected one of"),
    ("tests.0.cause.line", 0, "tests[0].cause.line: expected a whole number from 1, got 0"),
    ("tests.0.cause.line", True, "tests[0].cause.line: expected a whole number"),
    ("tests.0.cause.line", "2", "tests[0].cause.line: expected a whole number"),
    ("tests.0.cause.end_line", 1, "tests[0].cause.end_line: expected a whole number from 2, got 1"),
    ("tests.0.cause.confidence", 1.5, "tests[0].cause.confidence: expected a number from 0 to 1, got 1.5"),
    ("tests.0.cause.file", None, "tests[0].cause.file: expected a text"),
    ("tests.0.cause.file", "x" * 70_000, "tests[0].cause.file: expected a text of at most 65536"),
    ("tests.0.candidates.1.status", "sure", "tests[0].candidates[1].status: expected one of"),
    ("tests.0.chain.0", None, "tests[0].chain[0]: expected an object"),
    ("tests.0.notes.0", 5, "tests[0].notes[0]"),
    ("tests.0.notes", ["x"] * 10_001, "tests[0].notes: expected a list of at most 10000"),
    ("tests.0.evidence.runs", -1, "tests[0].evidence.runs: expected a whole number from 0, got -1"),
    ("tests.0.evidence.interventions.0.failed", 1.0, "tests[0].evidence.interventions[0].failed"),
    ("tests.0.cost.seconds", "1", "tests[0].cost.seconds: expected a number"),
    ("tests.0.fix", None, "tests[0].fix: expected an object"),
    ("tests.0.fix.verified", 5, "tests[0].fix.verified: expected an object"),
    ("tests.0.replay.failing", "{}", "tests[0].replay.failing: expected an object"),
    ("project.root", {"\x1b": "\n"}, "project.root: expected a text"),
]


@pytest.mark.parametrize(("path", "value", "message"), WRONG)
def test_what_is_wrong_is_named_in_one_line(path, value, message):
    with pytest.raises(UsageError) as caught:
        loads(changed(path, value))
    assert str(caught.value).startswith(f"not a report of flakemark: {message}")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(("path", "value", "message"), [one for one in WRONG if one[0] != "tests.0.cause.end_line"])
def test_the_schema_refuses_what_reading_refuses(path, value, message):
    whole_float_is_an_integer_to_json_schema = value == 1.0 and isinstance(value, float)
    assert VALIDATOR.is_valid(json.loads(changed(path, value))) == whole_float_is_an_integer_to_json_schema


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nope",
        "[]",
        "null",
        "1",
        "{}",
        '{"schema": 1}',
        '{"schema": 1e999}',
        "NaN",
        "[" * 100_000,
        '{"a":' * 100_000,
        "9" * 10_000,
        "\ud800",
    ],
)
def test_what_is_no_document_is_refused_in_one_line(text):
    with pytest.raises(UsageError) as caught:
        loads(text)
    assert str(caught.value).startswith("not a report of flakemark: ")
    assert str(caught.value).isprintable()


def test_endless_numbers_in_a_recipe_are_refused():
    with pytest.raises(UsageError):
        loads(dumps(REPORT).replace("[\n            1,", "[\n 1e999,").replace('"pins": [', '"pins": [1e999,'))


def test_huge_documents_are_refused(monkeypatch):
    monkeypatch.setattr(document, "MAX_FILE", 100)
    with pytest.raises(UsageError, match="larger than"):
        loads(dumps(REPORT))


def test_a_file_comes_back(tmp_path):
    path = tmp_path / "new" / "report.json"
    write_report(path, REPORT)
    assert read_report(path) == REPORT
    assert [entry.name for entry in path.parent.iterdir()] == ["report.json"]


def test_a_file_is_never_half_written(tmp_path, monkeypatch):
    path = tmp_path / "report.json"
    write_text(path, "before")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(UsageError, match=r"report\.json: cannot be written \(No space left on device\)"):
        write_text(path, "after")
    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", None])
def test_an_unreadable_file_is_named_in_one_line(tmp_path, content):
    path = tmp_path / "report.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"report\.json: ") as caught:
        read_report(path)
    assert str(caught.value).isprintable()


def test_a_place_that_cannot_be_written_is_wrong_usage(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        write_text(tmp_path / "file" / "report.json", "x")
    with pytest.raises(UsageError, match="cannot be written"):
        write_text(tmp_path, "x")
