"""What of the answers is a false alarm."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.accuracy.tables import table
from benchmarks.false_alarms.ask import ALONE, Said

SURE = 0.9  # a cause with at least this confidence is an alarm even for somebody who says that the test failed


def verdict(said: Said) -> str:
    """Return the verdict, or "no answer"."""
    return str(said.entry["verdict"]) if said.entry is not None else "no answer"


def confidence(said: Said) -> float | None:
    """Return the confidence of the named cause; None if none is named."""
    cause = (said.entry or {}).get("cause")
    return float(cause["confidence"]) if cause else None


def is_alarm(said: Said) -> bool:
    """Whether it is a false alarm.

    A test that passes is neither flaky nor broken, and has no cause. Where the user says that it failed once, a cause is
    an alarm if it is given with confidence, for then it is sold as proven; so is the verdict that it always fails. Nothing
    is an alarm of a test that fails without us when it is run alone.
    """
    if said.alone:
        return False
    if not said.told:
        return verdict(said) != "not_reproduced" or confidence(said) is not None
    return (confidence(said) or 0.0) >= SURE or verdict(said) not in ("not_reproduced", "flaky")


def by_package(answers: Sequence[Said]) -> Iterator[str]:
    """Yield the table of packages, with the sum."""
    groups = [(name, [said for said in answers if said.package == name]) for name in sorted({said.package for said in answers})]
    head = (
        "package",
        "tests",
        "not reproduced",
        "flaky",
        "other verdicts",
        "causes named",
        "false alarms",
        "runs",
        "median seconds",
        "most",
    )
    return table(head, ((name, *_counts(group)) for name, group in [*groups, ("all", list(answers))]))


def listed(answers: Sequence[Said]) -> Iterator[str]:
    """Yield a line for each answer that says more than that nothing was found."""
    for said in answers:
        if verdict(said) != "not_reproduced" or confidence(said) is not None:
            alone = f"; alone it fails {said.alone} of {ALONE} times, without us" if said.alone else ""
            yield f"- {'alarm' if is_alarm(said) else 'no alarm'}: {said.package} {said.nodeid}: {_said(said)}{alone}"


def _said(said: Said) -> str:
    entry = said.entry or {}
    cause = entry.get("cause")
    if cause:
        return f"{verdict(said)} {cause['file']}:{cause['line']} {cause['category']} {cause['confidence']:.2f} ({cause['title']})"
    return f"{verdict(said)} ({'; '.join(map(str, entry.get('notes', ())))[:200]})"


def _counts(group: Sequence[Said]) -> tuple[object, ...]:
    verdicts = Counter(map(verdict, group))
    others = len(group) - verdicts["not_reproduced"] - verdicts["flaky"]
    causes = sum(confidence(said) is not None for said in group)
    costs = [said.entry["cost"] for said in group if said.entry is not None]
    seconds = [float(cost["seconds"]) for cost in costs] or [0.0]
    times = sum(cost["runs"] for cost in costs), f"{statistics.median(seconds):.1f}", f"{max(seconds):.1f}"
    return len(group), verdicts["not_reproduced"], verdicts["flaky"], others, causes, sum(map(is_alarm, group)), *times
