"""Workflow commands: lines of our output that the runner obeys, and lines of others that it must not obey."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flakemark.report.escape import shorten, visible

MAX_MESSAGE = 4_096  # the runner cuts longer ones
ZERO_WIDTH = "\u200b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A message beside a line of a file in the pull request and the job.

    Attributes:
        level: "error", "warning" or "notice".
        file: relative to the repository, "" for none.
        line, end_line: 1-based, 0 for none.
        title: a few words.
        message: may have several lines.
    """

    level: str
    title: str
    message: str
    file: str = ""
    line: int = 0
    end_line: int = 0


def annotation_command(annotation: Annotation) -> str:
    """Return the workflow command of an annotation, a single line."""
    places = {"file": annotation.file, "line": annotation.line or "", "endLine": annotation.end_line or "", "title": annotation.title}
    properties = ",".join(f"{name}={_property(visible(str(value)))}" for name, value in places.items() if value)
    message = shorten(visible(annotation.message, keep="\n"), MAX_MESSAGE)
    return f"::{annotation.level} {properties}::{_message(message)}"


def mask_command(secret: str) -> str:
    """Return the command that makes the runner hide a line of text in its log."""
    return f"::add-mask::{_message(secret)}"


def inert(line: str) -> str:
    """Return a line of somebody else's output so that the runner finds no command in it.

    `::x::` counts at the start of a line, `##[x]` anywhere; problem matchers look for tracebacks at the start of a line, so
    that callers indent what they pass on.
    """
    line = visible(line, keep="\t")
    return re.sub(r"^(\s*):(?=:)", rf"\1:{ZERO_WIDTH}", line).replace("##[", f"##{ZERO_WIDTH}[")


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
