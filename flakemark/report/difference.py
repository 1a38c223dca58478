"""Two traces side by side: where they part, by value, order, thread and time; as text for a terminal and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flakemark.divergence import NOTHING, Divergence
from flakemark.events import Literal, Trace
from flakemark.literals import show
from flakemark.model import DivergenceType
from flakemark.report.escape import shorten, visible
from flakemark.report.text import inert

VERSION = 1
NAME = "flakemark-diff"
MOST_SHOWN = 40  # of one section on a terminal; the JSON document has all
MOST_TEXT = 2_000
_SECTIONS = {
    "values": (DivergenceType.VALUE_MISMATCH,),
    "order": (DivergenceType.SEQUENCE_BREAK, DivergenceType.MISSING_EVENT, DivergenceType.EARLY_TERMINATION),
    "threads": (DivergenceType.THREAD_RACE,),
    "time": (DivergenceType.TIMING_DELTA,),
}
_TOLD = (DivergenceType.THREAD_RACE, DivergenceType.TIMING_DELTA)  # their literals are sentences, not values of the program


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two traces and where they part.

    Attributes:
        passing_file, failing_file: where they come from.
        passing, failing: the traces.
        divergences: of all kinds.
    """

    passing_file: str
    failing_file: str
    passing: Trace
    failing: Trace
    divergences: tuple[Divergence, ...]


def difference_document(difference: Difference) -> dict[str, Any]:
    """Return the difference as JSON values, described in docs/trace-format.md."""
    return {
        "format": NAME,
        "version": VERSION,
        "passing": _side(difference.passing_file, difference.passing),
        "failing": _side(difference.failing_file, difference.failing),
        "divergences": [_entry(each) for each in sorted(difference.divergences, key=lambda each: each.place)],
    }


def dumps_difference(difference: Difference) -> str:
    """Return the document as JSON text with a final newline, ASCII."""
    return json.dumps(difference_document(difference), indent=2, allow_nan=False) + "\n"


def _side(file: str, trace: Trace) -> dict[str, Any]:
    return {
        "file": file, "events": len(trace.events), "sites": len(trace.sites), "threads": len(trace.threads), "dropped": trace.dropped,
        "seconds": _seconds(trace),
    }  # fmt: skip


def _seconds(trace: Trace) -> float:
    moments = [event.nanoseconds for event in trace.events]
    return (max(moments) - min(moments)) / 1e9 if moments else 0.0


def _entry(divergence: Divergence) -> dict[str, Any]:
    site = divergence.site.site
    return {
        "type": divergence.kind.value, "file": site.file, "line": site.line, "end_line": site.end_line, "function": site.function,
        "kind": site.kind, "callee": site.callee, "source": divergence.site.source_name, "thread": divergence.thread,
        "passing": _text(divergence, divergence.passing), "failing": _text(divergence, divergence.failing), "count": divergence.count,
    }  # fmt: skip


def _text(divergence: Divergence, literal: Literal) -> str | None:
    if literal == NOTHING:
        return None
    return str(literal)[:MOST_TEXT] if divergence.kind in _TOLD else show(literal, MOST_TEXT)


def render_difference(difference: Difference) -> str:
    """Render the difference for a terminal, without a final newline.

    Returns:
        two lines that say what is compared, then a section for each way in which the runs part. Lines of printable text.
    """
    lines = [
        _headline("passing", difference.passing_file, difference.passing),
        _headline("failing", difference.failing_file, difference.failing),
    ]
    if not difference.divergences:
        lines.append("The runs do not part: the same values, order, threads and times as far as they were recorded.")
    for title, kinds in _SECTIONS.items():
        lines += _section(title, [each for each in difference.divergences if each.kind in kinds])
    return "\n".join(inert(visible(line)) for line in lines)


def _headline(name: str, file: str, trace: Trace) -> str:
    size = f"{_plural(len(trace.events), 'event')} at {_plural(len(trace.sites), 'site')} in {_plural(len(trace.threads), 'thread')}"
    dropped = f", {trace.dropped} more were not kept" if trace.dropped else ""
    return f"{name}: {file}: {size}, {_seconds(trace):.3f} s{dropped}"


def _section(title: str, found: Sequence[Divergence]) -> Iterator[str]:
    groups = _grouped(found)
    if not groups:
        return
    yield ""
    yield f"{title} ({_plural(len(groups), 'place')})"
    for first, times in groups[:MOST_SHOWN]:
        yield from _shown(first, times)
    if len(groups) > MOST_SHOWN:
        yield f"  and {len(groups) - MOST_SHOWN} more places; --json FILE has all of them"


def _grouped(found: Sequence[Divergence]) -> list[tuple[Divergence, int]]:
    """Return the first divergence of every site and thread, with how often it is met there, in order of completion."""
    times = Counter(_place(each) for each in found)
    firsts: dict[tuple[str, str, DivergenceType], Divergence] = {}
    for each in sorted(found, key=lambda each: each.place):
        firsts.setdefault(_place(each), each)
    return [(first, times[place]) for place, first in firsts.items()]


def _place(divergence: Divergence) -> tuple[str, str, DivergenceType]:
    return divergence.site.site.key, divergence.thread, divergence.kind


def _shown(divergence: Divergence, times: int) -> Iterator[str]:
    traced = divergence.site
    what = traced.source_name or traced.site.callee or traced.site.kind
    thread = "" if divergence.thread == "main" else f"  [{divergence.thread}]"
    again = f"  ({times} times)" if times > 1 else ""
    where = f"  {traced.site.file}:{traced.site.line}  {traced.site.function}  {what}{thread}"
    if divergence.kind in _SECTIONS["order"]:
        yield f"{where}: {_block(divergence)}{again}"
        return
    yield f"{where}{again}"
    yield f"    passing: {shorten(_text(divergence, divergence.passing) or 'nothing', 120)}"
    yield f"    failing: {shorten(_text(divergence, divergence.failing) or 'nothing', 120)}"


def _block(divergence: Divergence) -> str:
    size = _plural(divergence.count, "event")
    if divergence.kind is DivergenceType.SEQUENCE_BREAK:
        return f"the runs take different ways for up to {size}"
    only = "failing" if divergence.passing == NOTHING else "passing"
    if divergence.kind is DivergenceType.EARLY_TERMINATION:
        return f"the {'passing' if only == 'failing' else 'failing'} run ends before it; the other one goes on for {size}"
    return f"{size} in the {only} run only"


def _plural(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
