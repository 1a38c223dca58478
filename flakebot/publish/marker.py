"""The hidden line by which we know our own comments again.

It is the first line of a comment, or of a section of the comment that tells what has no line of its own. Whatever comes from
tests is escaped so that it begins no HTML comment (`flakemark.report.escape`), and a comment counts as ours only if we are
its author as well.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote, unquote

MAX_BODY = 65_536  # characters of a body that GitHub takes
SAFE_BODY = 60_000
_FIELD = re.compile(r"([a-z]+)=([A-Za-z0-9._~%/]*)")
_LINE = re.compile(r"<!-- flakemark (finding|section|thread|end|note)((?: [a-z]+=[A-Za-z0-9._~%/]*)*) -->")


class Kind(str, Enum):
    """What stands below a marker."""

    FINDING = "finding"  # a comment on one cause
    THREAD = "thread"  # the comment that has a section for each cause without a line
    SECTION = "section"
    END = "end"  # of the last section
    NOTE = "note"  # nothing that is ever looked for


class State(str, Enum):
    """Whether the cause was found by the last run that could have found it."""

    OPEN = "open"
    UNSEEN = "unseen"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What a comment is about.

    Attributes:
        cause: fingerprint of the cause, "" where there is none.
        head: the commit for which it was last found.
        path: of the file that holds the cause, relative to the repository.
        source: digest of the cause's line, by which a later run sees whether it is still there; "" if unknown.
    """

    kind: Kind
    cause: str = ""
    head: str = ""
    path: str = ""
    source: str = ""
    state: State = State.OPEN

    def __str__(self) -> str:
        fields = {"cause": self.cause, "head": self.head, "path": self.path, "source": self.source}
        if self.cause:
            fields["state"] = self.state.value
        shown = "".join(f" {name}={quote(value, errors='replace').replace('-', '%2D')}" for name, value in fields.items() if value)
        return f"<!-- flakemark {self.kind.value}{shown} -->"


def read_marker(body: str) -> Marker | None:
    """Return the marker that a text begins with, None if it begins with something else."""
    found = _LINE.match(body)
    return _marker(found) if found else None


def split_at_markers(body: str) -> Iterator[tuple[Marker, str]]:
    """Yield each marker that stands on a line of its own, with the text up to the next one."""
    found = [one for one in _LINE.finditer(body) if one.start() == 0 or body[one.start() - 1] == "\n"]
    ends = [*(one.start() for one in found[1:]), len(body)]
    for one, end in zip(found, ends, strict=False):
        yield _marker(one), body[one.end() : end].strip()


def without_marker(body: str) -> str:
    """Return a text without the marker that it begins with."""
    found = _LINE.match(body)
    return body[found.end() :].strip() if found else body


def digest(parts: Iterable[str]) -> str:
    """Return a short fingerprint of some texts, whose white space does not count."""
    joined = "\0".join(" ".join(part.split()) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _marker(found: re.Match[str]) -> Marker:
    fields = {name: unquote(value) for name, value in _FIELD.findall(found[2])}
    states = {state.value: state for state in State}
    return Marker(
        kind=Kind(found[1]),
        cause=fields.get("cause", ""),
        head=fields.get("head", ""),
        path=fields.get("path", ""),
        source=fields.get("source", ""),
        state=states.get(fields.get("state", ""), State.OPEN),
    )
