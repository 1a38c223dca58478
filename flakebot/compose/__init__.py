"""Say what was found, in the forms that GitHub shows: comments, a review's body, the job summary, annotations.

places       where a file of the project lies in the repository and on the web
redact       secrets out of everything that leaves the job
findings     diagnoses with one cause are one finding
comment      the comment at the root-cause line
diagram      races and waits, drawn
overview     all findings at a glance: head of the review, job summary
annotations  messages beside the code, which need no permission
"""

from __future__ import annotations

from flakebot.compose.annotations import annotate, crash_line
from flakebot.compose.comment import comment_body, failure_body, failure_line, links, one_line
from flakebot.compose.findings import Finding, findings
from flakebot.compose.overview import review_head, summary
from flakebot.compose.places import HeadLines, Places
from flakebot.compose.redact import Redactor, redact_report

__all__ = [
    "Finding",
    "HeadLines",
    "Places",
    "Redactor",
    "annotate",
    "comment_body",
    "crash_line",
    "failure_body",
    "failure_line",
    "findings",
    "links",
    "one_line",
    "redact_report",
    "review_head",
    "summary",
]
