"""Markdown for people: job summaries and files. Whatever comes from tests is escaped (see `escape`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flakemark.model import Cause, ChainLink, Diagnosis, Intervention, Report
from flakemark.report import wording
from flakemark.report.escape import code_span, fence, plain_text, shorten, table_cell

MAX_VALUE = 160
MAX_DETAIL = 2_000


def render_markdown(report: Report) -> str:
    """Render a report as GitHub-flavoured Markdown with a final newline.

    Returns:
        A heading with the tally, the notes, and a section per test in the order of the report. It is not
        bounded as a whole: a caller with a limit renders fewer tests.
    """
    blocks = [f"# flakemark: {wording.tally(report)}", _bullets(report.notes)]
    for test in report.tests:
        blocks.extend(_test(test))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _test(test: Diagnosis) -> Iterator[str]:
    yield f"## {code_span(shorten(test.nodeid, MAX_DETAIL))}: {wording.headline(test)}"
    yield from _cause(test, test.cause) if test.cause else _suspects(test)
    yield _order(test)
    yield _evidence(test)
    yield _chain(test.chain)
    yield from _fix(test)
    if test.reproduce:
        yield "**Reproduce**"
        yield fence(test.reproduce, "sh")
    yield _bullets(test.notes)
    yield f"{wording.effort(test)}."


def _cause(test: Diagnosis, cause: Cause) -> Iterator[str]:
    if title := plain_text(shorten(cause.title, MAX_DETAIL)):
        yield f"**{title}**"
    yield f"{code_span(wording.place(cause))} in {code_span(cause.function)}"
    yield fence(cause.source, "python") if cause.source else ""
    yield plain_text(shorten(cause.detail, MAX_DETAIL))
    kind = f"{code_span(cause.divergence_type.value)}, {code_span(cause.category.value)}"
    yield f"{wording.status(test).value.capitalize()} with {wording.percent(cause.confidence)} confidence; {kind}."


def _suspects(test: Diagnosis) -> Iterator[str]:
    found = wording.suspects(test)
    if found:
        yield "No root cause is named: the evidence does not suffice. Suspects, best first:"
        rows = ((code_span(wording.place(one)), code_span(_short(one.source)), plain_text(_short(one.title))) for one in found)
        yield _table(("Suspect", "Code", "Why"), rows)


def _order(test: Diagnosis) -> str:
    lines = [f"- It {needs} {code_span(nodeid)}" for needs, nodeid in wording.order_needs(test)]
    if test.order and test.order.state:
        lines.append(f"- State that stays behind: {code_span(_short(test.order.state))}")
    return "\n".join(lines)


def _evidence(test: Diagnosis) -> str:
    found = test.evidence
    if found.interventions:
        return _table(("Evidence", "Where", "Outcome"), map(_intervention, found.interventions))
    return f"{wording.evidence(found)}." if found.runs else ""


def _intervention(one: Intervention) -> tuple[str, str, str]:
    target = code_span(_short(one.target)) if one.target else ""
    return plain_text(_short(wording.condition(one))), target, wording.counts(one)


def _chain(links: Iterable[ChainLink]) -> str:
    rows = [
        (code_span(f"{link.file}:{link.line}"), *(code_span(_short(text)) for text in (link.source, link.passing, link.failing)))
        for link in links
    ]
    return _table(("From the cause to the failure", "Code", "Passing run", "Failing run"), rows) if rows else ""


def _fix(test: Diagnosis) -> Iterator[str]:
    if test.fix is None:
        return
    if test.fix.advice:
        yield f"**Fix:** {plain_text(shorten(test.fix.advice, MAX_DETAIL))}"
    if test.fix.patch:
        yield fence(test.fix.patch, "diff")
        yield f"Verified: {wording.verified(*test.fix.verified)}." if test.fix.verified else "Not verified."


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"- {plain_text(shorten(text, MAX_DETAIL))}" for text in texts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *(tuple(table_cell(cell) for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _short(text: str) -> str:
    return shorten(text, MAX_VALUE)
