"""What is left open: where it was acquired comes before what decides that it is left open."""

from __future__ import annotations

from dataclasses import replace

from flakemark.explain.chain import ReadLine
from flakemark.explain.confidence import LEAK
from flakemark.model import Category, Cause, ChainLink, Diagnosis, DivergenceType, Fix, Status, Verdict
from flakemark.runs import StateWrite

CANDIDATES = 5
ADVICE = (
    "Close it on every way out (with, contextlib.closing, ExitStack, a finally block, a fixture that closes), also where nobody "
    "takes it over."
)


def acquired(diagnosis: Diagnosis, leak: StateWrite, read_line: ReadLine) -> Diagnosis:
    """Name the line that acquires first; what decides becomes the beginning of the chain, and stays among the candidates."""
    decides = diagnosis.cause
    if diagnosis.verdict is not Verdict.FLAKY or (decides is not None and (decides.file, decides.line) == (leak.file, leak.line)):
        return diagnosis
    by_what = f"whether it is closed is decided at {decides.file}:{decides.line}: {decides.title}" if decides is not None else ""
    cause = Cause(
        file=leak.file, line=leak.line, end_line=leak.line, function=leak.function, source=read_line(leak.file, leak.line),
        divergence_type=decides.divergence_type if decides is not None else DivergenceType.SEQUENCE_BREAK,
        category=Category.RESOURCE_LEAK,
        status=decides.status if decides is not None else Status.CORRELATED,
        confidence=round(min(decides.confidence if decides is not None else 1.0, LEAK.rate), 3),  # it was seen, not forced
        title="what is acquired here is not always closed, and its finaliser complains",
        detail="; ".join(filter(None, (leak.value, by_what))),
    )  # fmt: skip
    told = [(link.file, link.line) for link in diagnosis.chain[:1]]
    links = (_link(decides),) if decides is not None and (decides.file, decides.line) not in told else ()
    return replace(
        diagnosis,
        cause=cause,
        candidates=(cause, *diagnosis.candidates)[:CANDIDATES],
        chain=(*links, *diagnosis.chain),
        fix=Fix(ADVICE),
    )


def _link(cause: Cause) -> ChainLink:
    return ChainLink(file=cause.file, line=cause.line, function=cause.function, source=cause.source, passing="closed", failing="left open")
