"""The cause chain: what the cause changed on its way to the assertion."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flakemark.divergence import NOTHING, Align, Divergence
from flakemark.isolation import Isolation
from flakemark.literals import show
from flakemark.model import Cause, ChainLink
from flakemark.runs import Failure

HEAD, TAIL = 3, 3
LINE_LIMIT = 160

ReadLine = Callable[[str, int], str]


def chain(isolation: Isolation, cause: Cause, failure: Failure | None, align: Align, read_line: ReadLine) -> tuple[ChainLink, ...]:
    """List the lines from the cause to the crash, a passing value beside a failing one.

    The two runs differ in nothing but the cause, so that everything that diverges after it is its effect.

    Returns:
        in order of time, each line once; the cause itself is not repeated; the last link is the line that failed.
    """
    links = _effects(isolation, cause, align, read_line)
    shown = links if len(links) <= HEAD + TAIL else links[:HEAD] + links[-TAIL:]
    return tuple(shown) + crash_link(failure, read_line, shown)


def _effects(isolation: Isolation, cause: Cause, align: Align, read_line: ReadLine) -> list[ChainLink]:
    if isolation.effect is None:
        return []
    passing, failing = isolation.effect
    if passing.trace is None or failing.trace is None:
        return []
    seen = {(cause.file, cause.line)}
    links = []
    for divergence in align(passing.trace, failing.trace):
        place = (divergence.site.site.file, divergence.site.site.line)
        benign = divergence.site.site.key in isolation.benign
        if place not in seen and not benign and _worth_showing(divergence):
            seen.add(place)
            links.append(_link(divergence, read_line))
    return links


def _worth_showing(divergence: Divergence) -> bool:
    return NOTHING not in (divergence.passing, divergence.failing) and show(divergence.passing) != show(divergence.failing)


def _link(divergence: Divergence, read_line: ReadLine) -> ChainLink:
    site = divergence.site.site
    return ChainLink(
        file=site.file, line=site.line, function=site.function, source=read_line(site.file, site.line),
        passing=show(divergence.passing), failing=show(divergence.failing),
    )  # fmt: skip


def crash_link(failure: Failure | None, read_line: ReadLine, before: Sequence[ChainLink] = ()) -> tuple[ChainLink, ...]:
    """Return the link for the line that failed; empty if it is unknown or stands there already."""
    file, _, line = (failure.where or failure.crash).rpartition(":") if failure is not None else ("", "", "")
    if failure is None or not line.isdigit() or (before and (before[-1].file, before[-1].line) == (file, int(line))):
        return ()
    message = failure.message.strip().splitlines()[0][:LINE_LIMIT] if failure.message.strip() else failure.exception
    return (ChainLink(file=file, line=int(line), function="", source=read_line(file, int(line)), passing="passes", failing=message),)
