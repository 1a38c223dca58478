"""All findings at a glance: the head of the review, and the job summary with every detail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from flakebot.compose.comment import MAX_TEXT, MAX_VALUE, bounded, links, table
from flakebot.compose.places import Places
from flakemark.model import Diagnosis, Report, Verdict
from flakemark.report import wording
from flakemark.report.escape import code_span, plain_text, shorten
from flakemark.report.markdown import render_markdown

MAX_SUMMARY = 700_000  # characters; the runner's limit is 1 MiB of UTF-8
MAX_TESTS = 100

_WORDS = {
    Verdict.FLAKY: "flaky",
    Verdict.CONSISTENT_FAILURE: "fails in every run, most likely a real bug",
    Verdict.NOT_REPRODUCED: "did not fail again",
    Verdict.ERROR: "could not be run",
}


def review_head(at_lines: int, below: int) -> str:
    """Return the first lines of a review, or of the comment that tells what has no line.

    Args:
        at_lines: findings that have a comment in the diff.
        below: findings that are told in full below these lines.
    """
    total = at_lines + below
    if not total:
        return "### flakemark: no root cause of a flaky test is open here"
    causes = "root cause of a flaky test" if total == 1 else "root causes of flaky tests"
    where = {
        (True, False): "told in the diff",
        (False, True): "not in this diff, and told below",
        (True, True): f"{at_lines} told in the diff, {below} below",
    }[at_lines > 0, below > 0]
    return f"### flakemark: {total} {causes}\n\n{where[:1].upper()}{where[1:]}."


def summary(report: Report, places: Places, remarks: Sequence[str] = ()) -> str:
    """Return the job summary: what happened, the table of all tests, and each diagnosis in full.

    Args:
        report: all tests.
        places: for links.
        remarks: sentences about the job, e.g. why no review was posted.
    """
    # Lazy: of hundreds of tests only those are rendered that fit.
    head = [_headline(report), _bullets([*remarks, *report.notes]), _table(report, places), links(places)]
    blocks = chain(head, _diagnoses(report))
    return bounded(blocks, MAX_SUMMARY, "(shortened; the artifact holds all of it)") + "\n"


def _headline(report: Report) -> str:
    return f"### flakemark: {wording.tally(report)}"


def _table(report: Report, places: Places) -> str:
    rows = [_row(test, places) for test in report.tests[:MAX_TESTS]]
    text = table(("Test", "Verdict", "Root cause"), rows) if rows else ""
    more = len(report.tests) - MAX_TESTS
    return f"{text}\n\n{more} more tests are in the reports." if more > 0 else text


def _row(test: Diagnosis, places: Places) -> tuple[str, str, str]:
    return code_span(shorten(test.nodeid, MAX_VALUE)), _verdict(test), _where(test, places)


def _verdict(test: Diagnosis) -> str:
    if wording.untried(test):
        return wording.headline(test)
    runs = test.evidence.runs
    counted = f" ({test.evidence.failed} of {runs} runs failed)" if runs else ""
    return f"{_WORDS[test.verdict]}{counted}"


def _where(test: Diagnosis, places: Places) -> str:
    if test.cause is not None:
        place = f"[{code_span(wording.place(test.cause))}]({places.permalink(test.cause.file, test.cause.line, test.cause.end_line)})"
        return f"{place}, {wording.status(test).value}, {wording.percent(test.cause.confidence)}"
    suspects = wording.suspects(test)
    if suspects:
        return f"not proven; suspected: {code_span(wording.place(suspects[0]))}"
    return plain_text(shorten(test.notes[0], MAX_VALUE)) if test.verdict is Verdict.ERROR and test.notes else ""


def _bullets(texts: Sequence[str]) -> str:
    return "\n".join(f"- {plain_text(shorten(text, MAX_TEXT))}" for text in texts)


def _diagnoses(report: Report) -> Iterator[str]:
    for test in report.tests:
        text = render_markdown(replace(report, tests=(test,), notes=()))
        # Its heading counts the tests of a report, which is this one test.
        yield text.partition("\n")[2].strip()
