"""The sequence diagram of a race or of a wait that is too short, in Mermaid, which GitHub draws."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flakemark.model import Category, Cause, ChainLink, Diagnosis, DivergenceType
from flakemark.report.escape import fence, shorten, visible

MAX_LABEL = 60
_LATE = " late"
_UNAWAITED = "the test waits for it"  # what heals it, as the evidence calls it; a wait that is too short is stretched
_EARLY = "right before the signal instead"
_WHOLE_RACE = 4  # links: a read, the other thread's write, the write, the line that fails
_PLAIN = re.compile(r"[A-Za-z0-9 _.,()\[\]='/+*]")
_WAITS = frozenset({Category.ASYNC_WAIT, Category.TIMEOUT})


def diagram(diagnosis: Diagnosis) -> str:
    """Return the diagram of the run that fails, as a fenced block; "" where there is nothing to draw."""
    cause = diagnosis.cause
    if cause is None:
        return ""
    if cause.divergence_type is DivergenceType.THREAD_RACE:
        return _drawn(_race(cause, diagnosis.chain))
    if cause.divergence_type is DivergenceType.TIMING_DELTA and cause.category in _WAITS:
        return _drawn(_wait(cause, diagnosis))
    return ""


def _drawn(lines: Iterator[str]) -> str:
    return fence("\n".join(["sequenceDiagram", *(f"    {line}" for line in lines)]), "mermaid")


def _race(cause: Cause, chain: tuple[ChainLink, ...]) -> Iterator[str]:
    window = f"{cause.line} to {cause.end_line}" if cause.end_line > cause.line else f"{cause.line}"
    yield "participant one as one thread"
    yield f"participant state as {_label(f'{cause.file} line {window}')}"
    yield "participant other as another thread"
    if len(chain) >= _WHOLE_RACE:
        read, between, write = chain[:3]
        yield f"one->>state: {_place(read)}"
        yield f"other->>state: {_place(between)}, in between"
        yield f"one->>state: {_place(write)}, with what it found before"
    else:
        yield f"one->>state: line {cause.line} {_label(cause.source)}"
        yield f"other->>state: line {window}, in between"
        yield f"one->>state: line {cause.end_line}, with what it found before"
    yield from _end(chain, "one,other")


def _wait(cause: Cause, diagnosis: Diagnosis) -> Iterator[str]:
    unawaited, early = (
        any(one.setting.endswith(healed) for one in diagnosis.evidence.interventions) for healed in (_UNAWAITED, _EARLY)
    )  # fmt: skip
    yield "participant test as the test"
    yield f"participant late as {_label(_late(diagnosis))}"
    if unawaited:
        yield f"test->>late: line {cause.line} {_label(cause.source)}"
        yield "Note over test,late: nobody waits for it"
    elif early:
        yield "test->>late: starts"
        yield f"late->>test: line {cause.line} {_label(cause.source)}"
        yield "Note over test,late: the signal comes before the work is done"
    else:
        yield "test->>late: starts"
        yield f"test->>test: line {cause.line} {_label(cause.source)}"
        yield "Note over test,late: the wait ends first"
    yield from _end(diagnosis.chain, "test")
    yield "late-->>test: is done, too late"


def _late(diagnosis: Diagnosis) -> str:
    """The thread, task or process that was delayed, as the evidence calls it."""
    settings = [one.setting for one in diagnosis.evidence.interventions if one.setting.endswith(_LATE)]
    return settings[0].removesuffix(_LATE) if settings else "what runs beside it"


def _end(chain: tuple[ChainLink, ...], over: str) -> Iterator[str]:
    failing = _place(chain[-1]) if chain else "the test"
    yield f"Note over {over}: {failing} fails"


def _place(link: ChainLink) -> str:
    return f"line {link.line} {_label(link.source)}"


def _label(text: str) -> str:
    """Return a text so that Mermaid reads no syntax in it: anything special by the number of its character."""
    shown = visible(shorten(" ".join(text.split()), MAX_LABEL))
    return "".join(char if _PLAIN.fullmatch(char) else f"#{ord(char)};" for char in shown)
