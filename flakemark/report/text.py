"""The box that `print(report)` shows; people search it for its labels."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from flakemark.model import Cause, ChainLink, Diagnosis
from flakemark.report import wording
from flakemark.report.escape import shorten, visible

RULE = "-" * 56
COLUMNS = 80
MAX_VALUE = 1_000
MAX_LINK = 120
_LABEL = 12


def render_text(diagnosis: Diagnosis) -> str:
    """Render one diagnosis as the box, without a final newline.

    Args:
        diagnosis: of any verdict; without a cause the box holds suspects, notes and evidence.

    Returns:
        Lines of printable text; only commands and words without a space are longer than 80 columns.
    """
    body = _cause(diagnosis, diagnosis.cause) if diagnosis.cause else _no_cause(diagnosis)
    title = [*_wrapped(f"FLAKEMARK: {wording.headline(diagnosis)}", COLUMNS), shorten(visible(diagnosis.nodeid), MAX_VALUE)]
    return "\n".join(inert(line) for line in (RULE, *title, RULE, *body, RULE))


def _cause(diagnosis: Diagnosis, cause: Cause) -> Iterator[str]:
    yield from _verbatim("File:", cause.file)
    yield from _labelled("Line:", wording.place(cause).rpartition(":")[2])
    yield from _labelled("", cause.source)
    yield from _verbatim("Function:", cause.function)
    yield from _labelled("Type:", f"{cause.divergence_type.value} ({cause.category.value})")
    yield from _labelled("Cause:", cause.title)
    yield from _labelled("Detail:", cause.detail)
    yield from _fix(diagnosis)
    yield from _chain(diagnosis)
    yield from _order(diagnosis)
    yield from _labelled("Evidence:", wording.evidence(diagnosis.evidence, at=f"{cause.file}:{cause.line}"))
    yield from _rest(diagnosis)
    yield f"Confidence: {wording.percent(cause.confidence)} | Total divergences: {diagnosis.divergences}"


def _no_cause(diagnosis: Diagnosis) -> Iterator[str]:
    for number, suspect in enumerate(wording.suspects(diagnosis), start=1):
        yield from _labelled(f"Suspect {number}:", f"{wording.place(suspect)} in {suspect.function}: {suspect.title}")
        yield from _labelled("", suspect.source)
    yield from _fix(diagnosis)
    yield from _order(diagnosis)
    yield from _labelled("Evidence:", wording.evidence(diagnosis.evidence))
    yield from _rest(diagnosis)
    yield f"Confidence: no cause is named | Total divergences: {diagnosis.divergences}"


def _fix(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.fix is None:
        return
    yield from _labelled("Fix:", diagnosis.fix.advice)
    if diagnosis.fix.patch is not None and diagnosis.fix.verified is not None:
        yield from _labelled("", f"A patch is in the report (flakemark fix): {wording.verified(*diagnosis.fix.verified)}.")


def _chain(diagnosis: Diagnosis) -> Iterator[str]:
    for number, link in enumerate(diagnosis.chain):
        yield from _link("Chain:" if number == 0 else "", link)


def _link(label: str, link: ChainLink) -> Iterator[str]:
    yield from _labelled(label, f"{link.file}:{link.line}  {shorten(link.source, MAX_LINK)}")
    yield from _labelled("", f"  passing: {shorten(link.passing, MAX_LINK)}")
    yield from _labelled("", f"  failing: {shorten(link.failing, MAX_LINK)}")


def _order(diagnosis: Diagnosis) -> Iterator[str]:
    for needs, nodeid in wording.order_needs(diagnosis):
        yield from _labelled("Order:", f"{needs} {nodeid}")
    if diagnosis.order and diagnosis.order.state:
        yield from _labelled("State:", diagnosis.order.state)


def _rest(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.reproduce:
        yield from _verbatim("Reproduce:", diagnosis.reproduce)
    for note in diagnosis.notes:
        yield from _labelled("Note:", note)


def _labelled(label: str, value: str) -> Iterator[str]:
    """Wrap a value, its further lines below its first; an absent value has no label."""
    lines = [line for part in value[:MAX_VALUE].splitlines() for line in _wrapped(visible(part.expandtabs()), COLUMNS - _LABEL)]
    for number, line in enumerate(lines):
        yield f"{label if number == 0 else '':<{_LABEL}}{line}"


def _verbatim(label: str, value: str) -> Iterator[str]:
    """A wrapped command or path cannot be copied."""
    yield f"{label:<{_LABEL}}{visible(value)}"


def _wrapped(text: str, width: int) -> list[str]:
    margin = len(text) - len(text.lstrip(" "))
    return textwrap.wrap(text, width, subsequent_indent=" " * min(margin + 2 * (margin > 0), 20), break_on_hyphens=False)


def inert(line: str) -> str:
    """Printed in a job of GitHub Actions, `::x::` at the start of a line and `##[x]` anywhere are commands to the runner."""
    return re.sub(r"^(\s*):(?=:)", "\\1:\u200b", line).replace("##[", "##\u200b[")
