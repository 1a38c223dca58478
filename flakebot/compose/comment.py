"""The comment at the root-cause line, in the order in which a reader needs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from flakebot.compose.diagram import diagram
from flakebot.compose.findings import Finding
from flakebot.compose.places import Places
from flakemark.model import ChainLink, Diagnosis, DivergenceType, Intervention, Status
from flakemark.report import wording
from flakemark.report.escape import code_span, fence, plain_text, shorten, table_cell

MAX_BODY = 60_000  # GitHub takes 65,536 characters
MAX_VALUE = 160
MAX_TEXT = 1_500
MAX_PATCH = 8_000
MAX_ROWS = 12
DOCUMENTATION = "https://github.com/flakemark/action/blob/v1/docs/comments.md"


def comment_body(finding: Finding, places: Places, suggestion: str | None = None) -> str:
    """Return the Markdown of a finding: the cause, its proof, the chain, the fix, how to reproduce it, links, details.

    Args:
        finding: a cause with the tests that it makes fail.
        places: for links.
        suggestion: what takes the place of the commented lines, for a comment that stands on exactly these; None for a
            comment elsewhere, which shows the patch instead.

    Returns:
        At most `MAX_BODY` characters; what does not fit is left out from the end on, never the links.
    """
    test = finding.diagnosis
    said = [*_cause(finding), *_proof(finding), _chain(test.chain), diagram(test), *_fix(test, suggestion), *_reproduce(finding, places)]
    foot = links(places)
    text = bounded(said, MAX_BODY - len(foot) - 2)
    whole = f"{text}\n\n{foot}\n\n{_details(finding)}"
    return whole if len(whole) <= MAX_BODY else f"{text}\n\n{foot}"


def failure_body(test: Diagnosis, places: Places) -> str:
    """Return the comment about a test that fails in every run, for the line that raised."""
    blocks = [failure_line(test), *_fix(test, None), links(places)]
    return "\n\n".join(blocks)


def failure_line(test: Diagnosis) -> str:
    """Return the same as one line of Markdown."""
    name = code_span(shorten(test.nodeid, MAX_VALUE))
    counted = f"{test.evidence.failed} of {test.evidence.runs} runs failed, alone and perturbed"
    return f"**{name} fails in every run: most likely a real bug, not a flaky test.** {counted}."


def one_line(finding: Finding) -> str:
    """Return a finding as one line of Markdown."""
    cause = finding.cause
    proof = f"{wording.status(finding.diagnosis).value}, {wording.percent(cause.confidence)}"
    return f"{plain_text(shorten(cause.title, MAX_VALUE))} ({proof}; {code_span(shorten(finding.diagnosis.nodeid, MAX_VALUE))})"


def proof(finding: Finding) -> str:
    """Return in one sentence what was forced and how often the outcome followed, then plain runs; controls are a detail."""
    evidence, cause = finding.diagnosis.evidence, finding.cause
    forced = tuple(sorted((one for one in evidence.interventions if one.kind != "control"), key=lambda one: one.kind == "none"))
    return wording.evidence(replace(evidence, interventions=forced), at=f"{cause.file}:{cause.line}")


def bounded(blocks: Iterable[str], limit: int, left_out: str = "(shortened)") -> str:
    """Join blocks of Markdown by empty lines, as many from the first on as fit the limit."""
    text = ""
    for block in filter(None, blocks):
        longer = f"{text}\n\n{block}" if text else block
        if len(longer) > limit - len(left_out) - 2:
            return f"{text}\n\n{left_out}"
        text = longer
    return text


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table of cells that are already Markdown."""
    lines = [head, ("---",) * len(head), *(tuple(table_cell(cell) for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def links(places: Places) -> str:
    """Return one line with the addresses of the reports, of the run and of the documentation."""
    addresses = (("reports", places.artifact_url), ("run", places.run_url), ("what this means", DOCUMENTATION))
    parts = [f"[{name}]({url})" for name, url in addresses if url]
    return f"<sub>Found by flakemark · {' · '.join(parts)}</sub>"


def _cause(finding: Finding) -> Iterator[str]:
    cause = finding.cause
    # The name of a file or of a test stays as it is.
    title = cause.title[:1].upper() + cause.title[1:] if cause.title.partition(" ")[0].isalpha() else cause.title
    yield f"**{plain_text(shorten(title, MAX_TEXT)) or 'Root cause of a flaky test'}**"
    if cause.source:
        yield fence(shorten(cause.source, MAX_TEXT), "python")
    yield f"{_blame(finding)} {_certainty(finding)}"


def _blame(finding: Finding) -> str:
    tests = [finding.diagnosis.nodeid, *finding.others]
    several = finding.cause.end_line > finding.cause.line and finding.cause.divergence_type is DivergenceType.THREAD_RACE
    what, verb = ("These lines", "make") if several else ("This line", "makes")  # a race is a window; others may just be wrapped
    likely = "" if wording.status(finding.diagnosis) is Status.CONFIRMED else "probably "
    more = f" and {len(tests) - 3} more tests" if len(tests) > 3 else ""
    return f"{what} {likely}{verb} {', '.join(code_span(shorten(name, MAX_VALUE)) for name in tests[:3])}{more} flaky."


def _certainty(finding: Finding) -> str:
    cause = finding.cause
    status = wording.status(finding.diagnosis).value.capitalize()
    kind = f"{code_span(cause.divergence_type.value)}, {code_span(cause.category.value)}"
    return f"{status} with {wording.percent(cause.confidence)} confidence ({kind})."


def _proof(finding: Finding) -> Iterator[str]:
    said = proof(finding)
    if said:
        yield f"**Evidence:** {plain_text(shorten(said, MAX_TEXT))}."
    yield _order(finding.diagnosis)


def _order(test: Diagnosis) -> str:
    """The tests that matter beside this one, and what they leave behind."""
    found = [f"It {needs} {code_span(shorten(nodeid, MAX_VALUE))}." for needs, nodeid in islice(wording.order_needs(test), MAX_ROWS)]
    if test.order and test.order.state:
        found.append(f"State that stays behind: {code_span(shorten(test.order.state, MAX_VALUE))}.")
    return " ".join(found)


def _chain(links_: tuple[ChainLink, ...]) -> str:
    rows = [
        (
            code_span(f"{link.file}:{link.line}"),
            *(code_span(shorten(text, MAX_VALUE)) for text in (link.source, link.passing, link.failing)),
        )
        for link in _middle_cut(links_)
    ]
    return table(("From the cause to the failure", "Code", "Passing run", "Failing run"), rows) if rows else ""


def _middle_cut(chain: tuple[ChainLink, ...]) -> tuple[ChainLink, ...]:
    """The cause and the assertion matter most."""
    return chain if len(chain) <= MAX_ROWS else (*chain[: MAX_ROWS // 2], *chain[-MAX_ROWS // 2 :])


def _fix(diagnosis: Diagnosis, suggestion: str | None) -> Iterator[str]:
    fix = diagnosis.fix
    if fix is None:
        return
    if fix.advice:
        yield f"**Fix:** {plain_text(shorten(fix.advice, MAX_TEXT))}"
    if fix.patch and fix.verified and len(fix.patch) <= MAX_PATCH:
        yield _suggested(suggestion) or fence(fix.patch, "diff")
        yield f"{wording.verified(*fix.verified).capitalize()}."


def _suggested(lines: str | None) -> str:
    """A click writes it into the file: where escaping had to change a character, the patch is shown instead."""
    block = "" if lines is None else fence(lines, "suggestion")
    return block if lines and f"suggestion\n{lines}\n`" in block else ""


def _reproduce(finding: Finding, places: Places) -> Iterator[str]:
    # Half a command is worse than none.
    if 0 < len(finding.diagnosis.reproduce) <= MAX_PATCH:
        source = f"[reports]({places.artifact_url})" if places.artifact_url else "reports of this job"
        yield f"**Reproduce** (the file is in the {source}):"
        yield fence(finding.diagnosis.reproduce, "sh")


def _details(finding: Finding) -> str:
    test = finding.diagnosis
    parts = [
        plain_text(shorten(finding.cause.detail, MAX_TEXT)),
        interventions(test.evidence.interventions[:MAX_ROWS]),
        "\n".join(f"- {plain_text(shorten(note, MAX_TEXT))}" for note in test.notes[:MAX_ROWS]),
        f"{wording.effort(test)}.",
    ]
    inner = "\n\n".join(part for part in parts if part)
    return f"<details><summary>Details</summary>\n\n{inner}\n\n</details>"


def interventions(found: Iterable[Intervention]) -> str:
    """Return the table of what was forced and how those runs ended, "" for nothing."""
    rows = [
        (
            plain_text(shorten(wording.condition(one), MAX_VALUE)),
            code_span(shorten(one.target, MAX_VALUE)) if one.target else "",
            wording.counts(one),
        )
        for one in found
    ]
    return table(("Forced", "Where", "Outcome"), rows) if rows else ""
