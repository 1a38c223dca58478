"""Compare what the tool said with the label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from benchmarks.accuracy.case import Case, Spot
from benchmarks.accuracy.run import Answer

MAX_SPAN = 8  # lines beyond the first: a longer window does not point at a line


class Hit(str, Enum):
    """How near the named line came, best first."""

    EXACT = "exact"
    TOP3 = "top3"
    RELATED = "related"
    MISS = "miss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How the tool did on one case.

    Attributes:
        name: of the case.
        label: its category.
        hit: of the named cause; of the first three candidates for `TOP3`.
        verdict, category, divergence: whether they are right.
        false_alarm: whether a cause was named for a real regression.
        other_test: whether the other test of an order dependence was named, None if there is none.
        confidence: of the named cause, None without one.
        tier: (status, category, kinds of intervention) of the first candidate, None without one.
        tier_exact: whether that candidate's line is exact, named as the cause or not.
        seconds: wall clock.
        runs: how many test runs it took, None if unknown.
        said: verdict, place and category in words.
        replays: how often what was found failed when replayed as failing, and as passing; None where it was not replayed.
    """

    name: str
    label: str
    hit: Hit
    verdict: bool
    category: bool
    divergence: bool
    false_alarm: bool
    other_test: bool | None
    confidence: float | None
    tier: tuple[str, str, str] | None
    tier_exact: bool
    seconds: float
    runs: int | None
    said: str
    replays: tuple[int, int] | None = None


def grade(case: Case, answer: Answer) -> Row:
    """Grade one answer; one that is missing is wrong in everything."""
    test = answer.test or {"verdict": "none"}
    cause = test.get("cause")
    candidates = test.get("candidates") or []
    first = cause or next(iter(candidates), None)
    silent = test["verdict"] == "consistent_failure" and cause is None
    return Row(
        name=case.folder.name,
        label=case.category,
        hit=(Hit.EXACT if silent else Hit.MISS) if case.deterministic else _hit(case, cause, candidates),
        verdict=silent if case.deterministic else test["verdict"] == "flaky",
        category=silent if case.deterministic else cause is not None and cause["category"] in case.categories,
        divergence=silent if case.deterministic else cause is not None and cause["divergence_type"] in case.divergences,
        false_alarm=case.deterministic and (cause is not None or test["verdict"] == "flaky"),
        other_test=_other_test(case, test.get("order") or {}),
        confidence=cause["confidence"] if cause else None,
        tier=_tier(first, test) if first else None,
        tier_exact=first is not None and not case.deterministic and _points_at(case, first, case.roots),
        seconds=answer.seconds,
        runs=(test.get("cost") or {}).get("runs"),
        said=answer.problem or _said(test["verdict"], cause),
        replays=answer.replays,
    )


def _hit(case: Case, cause: Mapping[str, Any] | None, candidates: Sequence[Mapping[str, Any]]) -> Hit:
    if cause and _points_at(case, cause, case.roots):
        return Hit.EXACT
    if any(_points_at(case, one, case.roots) for one in candidates[:3]):
        return Hit.TOP3
    return Hit.RELATED if cause and _points_at(case, cause, case.related) else Hit.MISS


def _points_at(case: Case, cause: Mapping[str, Any], spots: Sequence[Spot]) -> bool:
    """Whether a cause stands at one of the lines; a race may be told as the window from the read to the write."""
    first, last = cause["line"], cause.get("end_line") or cause["line"]
    end = last if case.category == "concurrency" and last - first <= MAX_SPAN else first
    file = cause["file"]
    return any((file == spot.file or file.endswith(f"/{spot.file}")) and first <= spot.line <= end for spot in spots)


def _other_test(case: Case, order: Mapping[str, Any]) -> bool | None:
    if case.polluter:
        return case.polluter in order.get("polluters", ())
    return case.state_setter in order.get("state_setters", ()) if case.state_setter else None


def _tier(cause: Mapping[str, Any], test: Mapping[str, Any]) -> tuple[str, str, str]:
    kinds = {one["kind"] for one in (test.get("evidence") or {}).get("interventions", ())} - {"control", "none"}
    return cause["status"], cause["category"], "+".join(sorted(kinds)) or "none"


def _said(verdict: str, cause: Mapping[str, Any] | None) -> str:
    return f"{verdict} {cause['file']}:{cause['line']} {cause['category']} {cause['confidence']:.2f}" if cause else verdict
