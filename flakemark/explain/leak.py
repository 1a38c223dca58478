"""What is left open: where it was acquired comes before what decides that it is left open."""

from __future__ import annotations

from dataclasses import replace

from flakemark.explain.chain import ReadLine
from flakemark.model import Category, Cause, ChainLink, Diagnosis, Fix
from flakemark.runs import StateWrite

CANDIDATES = 5
ADVICE = (
    "Close it on every way out (with, contextlib.closing, ExitStack, a finally block, a fixture that closes), also where nobody "
    "takes it over."
)


def acquired(diagnosis: Diagnosis, leak: StateWrite, read_line: ReadLine) -> Diagnosis:
    """Name the line that acquires first; what decides becomes the beginning of the chain, and stays among the candidates."""
    decides = diagnosis.cause
    if decides is None or (decides.file, decides.line) == (leak.file, leak.line):
        return diagnosis
    cause = replace(
        decides, file=leak.file, line=leak.line, end_line=leak.line, function=leak.function, source=read_line(leak.file, leak.line),
        category=Category.RESOURCE_LEAK, title="what is acquired here is not always closed, and its finaliser complains",
        detail=f"{leak.value}; whether it is closed is decided at {decides.file}:{decides.line}: {decides.title}",
    )  # fmt: skip
    return replace(
        diagnosis,
        cause=cause,
        candidates=(cause, *diagnosis.candidates)[:CANDIDATES],
        chain=(_link(decides), *diagnosis.chain),
        fix=Fix(ADVICE),
    )


def _link(cause: Cause) -> ChainLink:
    return ChainLink(file=cause.file, line=cause.line, function=cause.function, source=cause.source, passing="closed", failing="left open")
