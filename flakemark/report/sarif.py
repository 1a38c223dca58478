"""The report as SARIF 2.1.0, for tools that show findings beside the code."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from flakemark.model import Category, Cause, Diagnosis, Report, Status

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(report: Report) -> str:
    """Render the named causes as SARIF results; tests without one do not appear."""
    results = [_result(test, test.cause) for test in report.tests if test.cause is not None]
    driver = {"name": "flakemark", "version": report.version, "rules": [_rule(category) for category in Category]}
    run = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _rule(category: Category) -> dict[str, Any]:
    return {"id": category.value, "shortDescription": {"text": f"flaky test: {category.value.replace('_', ' ')}"}}


def _result(test: Diagnosis, cause: Cause) -> dict[str, Any]:
    region = {"startLine": cause.line, "endLine": cause.end_line}
    return {
        "ruleId": cause.category.value,
        "level": "warning" if cause.status is Status.CONFIRMED else "note",
        "message": {"text": f"{cause.title}. It makes {test.nodeid} flaky. {cause.detail}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": quote(cause.file)}, "region": region}}],
        "partialFingerprints": {"flakemark/v1": f"{test.nodeid}|{cause.file}|{cause.function}|{cause.category.value}"},
        "properties": {"confidence": cause.confidence},
    }
