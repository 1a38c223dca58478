"""The tables of the accuracy benchmark, as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.accuracy.grade import Hit, Row

BANDS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01))


def line(row: Row) -> str:
    """One case, for people who wait."""
    runs = "?" if row.runs is None else row.runs
    return f"{row.hit.value:8}{row.name:26}{row.label:22}{row.seconds:7.1f} s {runs:>5} runs  {row.said}"


def at_a_glance(tool: str, rows: Sequence[Row]) -> Iterator[str]:
    """Yield one row for a tool, to be put beside those of others."""
    seconds = [row.seconds for row in rows]
    head = ("tool", "cases", "exact line", "verdict right", "category right", "divergence type right", "false alarms", "median s", "most s")
    right = [sum(values) for values in zip(*((row.verdict, row.category, row.divergence, row.false_alarm) for row in rows), strict=True)]
    return table(head, [(tool, len(rows), _exact(rows), *right, f"{statistics.median(seconds):.1f}", f"{max(seconds):.1f}")])


def by_case(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the table of all cases."""
    head = ("case", "category", "line", "seconds", "runs", "said")
    return table(head, ((row.name, row.label, row.hit.value, f"{row.seconds:.0f}", row.runs, row.said) for row in rows))


def by_category(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the table of categories, with the sum."""
    groups = [(label, [row for row in rows if row.label == label]) for label in sorted({row.label for row in rows})]
    head = (
        "category",
        "cases",
        "exact line",
        "exact or in the first three",
        "exact or in the chain",
        "verdict right",
        "category right",
        "false alarms",
    )
    return table(head, ((label, *_counts(group)) for label, group in [*groups, ("all", list(rows))]))


def reliability(rows: Sequence[Row]) -> Iterator[str]:
    """Yield how often named causes were exact, by the confidence that was printed with them."""
    named = [row for row in rows if row.confidence is not None]
    bands = [(band, [row for row in named if row.confidence is not None and band[0] <= row.confidence < band[1]]) for band in BANDS]
    body = ((f"{low:.2f} to {min(high, 1.0):.2f}", len(group), _exact(group), _mean(group)) for (low, high), group in bands if group)
    return table(("confidence", "n", "exact", "mean confidence"), body)


def tiers(rows: Sequence[Row]) -> Iterator[str]:
    """Yield how often the first candidate was exact, by the kind of evidence: `Tier(exact, cases)` of flakemark/explain/confidence.py."""
    found = sorted({row.tier for row in rows if row.tier is not None})
    groups = [(tier, [row for row in rows if row.tier == tier]) for tier in found]
    body = ((*tier, sum(row.tier_exact for row in group), len(group)) for tier, group in groups)
    return table(("status", "category said", "interventions", "exact", "cases"), body)


def summary(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the remaining figures, a line each."""
    pairs = [row.other_test for row in rows if row.other_test is not None]
    yield f"divergence type right: {sum(row.divergence for row in rows)} of {len(rows)}"
    yield f"other test of an order dependence named: {sum(pairs)} of {len(pairs)}"
    seconds = [row.seconds for row in rows]
    yield f"seconds per case: median {statistics.median(seconds):.1f}, most {max(seconds):.1f}"


def replays(rows: Sequence[Row], runs: int) -> Iterator[str]:
    """Yield how often what was found came again, each way, of so many runs."""
    body = ((row.name, row.label, f"{row.replays[0]} of {runs}", f"{row.replays[1]} of {runs}") for row in rows if row.replays is not None)
    return table(("case", "category", "failed, forced to fail", "failed, forced to pass"), body)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield a Markdown table."""
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join('' if cell is None else str(cell).replace('|', '/') for cell in row)} |"


def _counts(rows: Sequence[Row]) -> tuple[int, ...]:
    near = (Hit.EXACT, Hit.TOP3), (Hit.EXACT, Hit.RELATED)
    hits = [sum(row.hit in wanted for row in rows) for wanted in near]
    verdicts = sum(row.verdict for row in rows), sum(row.category for row in rows), sum(row.false_alarm for row in rows)
    return len(rows), _exact(rows), *hits, *verdicts


def _exact(rows: Sequence[Row]) -> int:
    return sum(row.hit is Hit.EXACT for row in rows)


def _mean(rows: Sequence[Row]) -> str:
    return f"{statistics.mean(row.confidence or 0.0 for row in rows):.2f}"
