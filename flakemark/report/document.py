"""The JSON document of a report, there and back, and the file that holds it.

A document may come from an artifact that somebody else's tests could write: reading checks every type, size and
enumeration, and says in one line what is wrong.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from flakemark.errors import UsageError
from flakemark.model import Cause, ChainLink, Diagnosis, Evidence, Fix, Intervention, Recipe, Report, StageCost, TestOrder
from flakemark.report.escape import shorten, visible
from flakemark.report.fields import parse_json, read_document
from flakemark.report.schema import MAX_ITEMS, MAX_PATCH, MAX_TEXT, VERSION

MAX_FILE = 50 * 1024 * 1024


def to_document(report: Report) -> dict[str, Any]:
    """Return the report as JSON values that validate against the shipped schema.

    Texts and lists over the limits of the schema are cut. `fix` is always an object; without a fix its advice is empty.

    Raises:
        ValueError: if a recipe is no JSON object.
    """
    return {
        "schema": VERSION,
        "tool": {"name": "flakemark", "version": _text(report.version)},
        "project": {"root": _text(report.root), "python": _text(report.python), "notes": _texts(report.notes)},
        "tests": [_test(test) for test in report.tests[:MAX_ITEMS]],
    }


def dumps(report: Report) -> str:
    """Return the document as JSON text with a final newline, encodable in UTF-8 whatever the report holds."""
    document = to_document(report)
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    if not _encodable(text):
        text = json.dumps(document, indent=2, allow_nan=False)
    return text + "\n"


def loads(text: str) -> Report:
    """Return the report of a document, treating it as hostile.

    Raises:
        UsageError: with one line that names what is wrong, if the text is no document of this version.
    """
    if len(text) > MAX_FILE:
        raise UsageError(f"not a report of flakemark: larger than {MAX_FILE // 1024 // 1024} MB")
    try:
        return read_document(parse_json(text))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not a report of flakemark: {visible(shorten(str(error), 300))}") from None


def write_report(path: Path, report: Report) -> None:
    """Write the document to a file, which holds either all of it or what it held before."""
    write_text(path, dumps(report))


def read_report(path: Path) -> Report:
    """Return the report that a file holds.

    Raises:
        UsageError: with one line that names the file and what is wrong with it.
    """
    name = visible(shorten(str(path), 200))
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
        return loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise UsageError(f"{name}: not a report of flakemark: not UTF-8") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{name}: cannot be read ({getattr(error, 'strerror', None) or error}); give the file of --json") from None
    except UsageError as error:
        raise UsageError(f"{name}: {error}") from None


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text to a file, making its folder; a reader never sees half of it.

    Raises:
        UsageError: if the file cannot be written there.
    """
    unfinished = path.with_name(f".{path.name[:100]}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        os.replace(unfinished, path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{visible(shorten(str(path), 200))}: cannot be written ({reason}); name another file") from None
    finally:
        with suppress(OSError, ValueError):
            unfinished.unlink(missing_ok=True)


def _test(test: Diagnosis) -> dict[str, Any]:
    return {
        "nodeid": _text(test.nodeid),
        "verdict": test.verdict.value,
        "cause": _cause(test.cause) if test.cause else None,
        "candidates": [_cause(cause) for cause in test.candidates[:MAX_ITEMS]],
        "chain": [_link(link) for link in test.chain[:MAX_ITEMS]],
        "evidence": _evidence(test.evidence),
        "order": _order(test.order) if test.order else None,
        "reproduce": _text(test.reproduce),
        "fix": _fix(test.fix or Fix("")),
        "cost": {"runs": test.cost.runs, "seconds": test.cost.seconds, "stages": [_stage(stage) for stage in test.cost.stages[:MAX_ITEMS]]},
        "notes": _texts(test.notes),
        "divergences": test.divergences,
        "replay": _replay(test.recipe) if test.recipe else None,
    }


def _stage(cost: StageCost) -> dict[str, Any]:
    return {"stage": _text(cost.stage), "runs": cost.runs, "seconds": cost.seconds}


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "file": _text(cause.file),
        "line": cause.line,
        "end_line": cause.end_line,
        "function": _text(cause.function),
        "source": _text(cause.source),
        "divergence_type": cause.divergence_type.value,
        "category": cause.category.value,
        "status": cause.status.value,
        "confidence": cause.confidence,
        "title": _text(cause.title),
        "detail": _text(cause.detail),
    }


def _link(link: ChainLink) -> dict[str, Any]:
    return {
        "file": _text(link.file),
        "line": link.line,
        "function": _text(link.function),
        "source": _text(link.source),
        "passing": _text(link.passing),
        "failing": _text(link.failing),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    interventions = [_intervention(one) for one in evidence.interventions[:MAX_ITEMS]]
    return {"runs": evidence.runs, "passed": evidence.passed, "failed": evidence.failed, "interventions": interventions}


def _intervention(one: Intervention) -> dict[str, Any]:
    return {
        "kind": _text(one.kind),
        "target": _text(one.target),
        "setting": _text(one.setting),
        "passed": one.passed,
        "failed": one.failed,
    }


def _order(order: TestOrder) -> dict[str, Any]:
    return {"polluters": _texts(order.polluters), "state_setters": _texts(order.state_setters), "state": _text(order.state)}


def _fix(fix: Fix) -> dict[str, Any]:
    verified = {"runs": fix.verified[0], "failed": fix.verified[1]} if fix.verified else None
    # Half a patch is worse than none.
    patch = fix.patch if fix.patch is not None and len(fix.patch) <= MAX_PATCH else None
    return {"advice": _text(fix.advice), "patch": patch, "verified": verified}


def _replay(recipe: Recipe) -> dict[str, Any]:
    return {"failing": _recipe(recipe.failing), "passing": _recipe(recipe.passing)}


def _recipe(text: str) -> dict[str, Any]:
    found = parse_json(text)
    if not isinstance(found, dict):
        raise ValueError(f"a recipe is a JSON object, not {shorten(text, 50)!r}")  # noqa: TRY004 - a wrong value of the right type
    return found


def _texts(texts: tuple[str, ...]) -> list[str]:
    return [_text(text) for text in texts[:MAX_ITEMS]]


def _text(text: str) -> str:
    return shorten(text, MAX_TEXT)


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
