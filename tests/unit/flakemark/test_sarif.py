"""SARIF: the named causes beside the code."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from flakemark.model import Category, Cause, Diagnosis, DivergenceType, NodeId, Report, Status, Verdict
from flakemark.report.sarif import render_sarif

CAUSE = Cause(
    file="shop/my prices.py", line=5, end_line=7, function="total", source="x", divergence_type=DivergenceType.VALUE_MISMATCH,
    category=Category.RANDOMNESS, status=Status.CONFIRMED, confidence=0.86, title="random.random draws", detail="1 beside 2",
)  # fmt: skip
FLAKY = Diagnosis(nodeid=NodeId("test_shop.py::test_total"), verdict=Verdict.FLAKY, cause=CAUSE)


def rendered(*tests: Diagnosis) -> Any:
    return json.loads(render_sarif(Report(version="1.2.3", python="3.12.1", root="shop", tests=tests)))


def results(*tests: Diagnosis) -> Any:
    return rendered(*tests)["runs"][0]["results"]


def test_a_cause_is_a_result_at_its_lines() -> None:
    [result] = results(FLAKY)
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 5, "endLine": 7}
    assert result["message"]["text"] == "random.random draws. It makes test_shop.py::test_total flaky. 1 beside 2"
    assert result["properties"] == {"confidence": 0.86}


def test_a_file_is_a_uri() -> None:
    assert results(FLAKY)[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "shop/my%20prices.py"


def test_tests_without_a_named_cause_do_not_appear() -> None:
    assert results(replace(FLAKY, cause=None, candidates=(CAUSE,))) == []


@pytest.mark.parametrize(("status", "level"), [(Status.CONFIRMED, "warning"), (Status.CORRELATED, "note"), (Status.SUSPECTED, "note")])
def test_only_what_was_confirmed_is_a_warning(status: Status, level: str) -> None:
    assert results(replace(FLAKY, cause=replace(CAUSE, status=status)))[0]["level"] == level


def test_every_result_has_its_rule() -> None:
    document = rendered(*[replace(FLAKY, cause=replace(CAUSE, category=category)) for category in Category])
    rules = [rule["id"] for rule in document["runs"][0]["tool"]["driver"]["rules"]]
    assert [result["ruleId"] for result in document["runs"][0]["results"]] == rules == [category.value for category in Category]


def test_the_fingerprint_survives_a_move_of_the_line() -> None:
    moved = replace(FLAKY, cause=replace(CAUSE, line=50, end_line=52))
    assert results(FLAKY)[0]["partialFingerprints"] == results(moved)[0]["partialFingerprints"]


def test_two_tests_of_one_cause_are_two_results() -> None:
    other = replace(FLAKY, nodeid=NodeId("test_shop.py::test_other"))
    assert len({result["partialFingerprints"]["flakemark/v1"] for result in results(FLAKY, other)}) == 2


def test_the_document_says_its_version() -> None:
    document = rendered()
    assert document["version"] == "2.1.0"
    assert document["$schema"].endswith("sarif-2.1.0.json")
    assert document["runs"][0]["tool"]["driver"]["version"] == "1.2.3"
