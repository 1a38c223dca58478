"""What may be behind a reported failure that never came again: suspicions, ranked, each with what would test it.

A suspicion speaks from the message of the failure and from what the test touches in a run that passes. Nothing was
shown by intervention, and it is never called a cause.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import NamedTuple

from flakemark.events import Trace, TracedSite
from flakemark.explain.chain import ReadLine
from flakemark.explain.confidence import of_suspicion
from flakemark.explain.rounding import differs_by_rounding
from flakemark.model import Category, Cause, DivergenceType, FailedTest, Status

MOST = 5
FROM_MESSAGE, FROM_TRACE, NEAR = 4, 1, 1


class Suspicion(NamedTuple):
    """A line that may have to do with it, and a command that would show it."""

    cause: Cause
    command: str


class _Kind(NamedTuple):
    category: Category
    title: str
    message: str  # a regular expression for the text of the failure
    sources: frozenset[str]  # kinds of sources that the test evaluates
    command: str  # {test} is the quoted node id


_LONGER = "flakemark diagnose {test} --runs 40 --budget 600"
_KINDS = (
    _Kind(
        Category.NETWORK, "the network, or another server, may have answered late, otherwise or not at all",
        r"Connection(?:Refused|Reset|Aborted)?Error|[Cc]onnection refused|[Cc]onnection reset|Max retries|Name or service|getaddrinfo|"
        r"Temporary failure in name|SSLError|URLError|Broken ?[Pp]ipe|HTTP(?:Error|Status)",
        frozenset({"network"}), "unshare --net --map-root-user pytest {test}",
    ),
    _Kind(
        Category.NETWORK, "the port may have been in use by another process, or by an earlier test",
        r"[Aa]ddress already in use|EADDRINUSE", frozenset(), "pytest {test} & pytest {test}; wait",
    ),
    _Kind(
        Category.TIMEZONE_LOCALE, "text may be read or written in the encoding of the locale",
        r"Unicode(?:Encode|Decode)Error|codec can't (?:en|de)code|LookupError: unknown encoding", frozenset(),
        "env LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 pytest {test}",
    ),
    _Kind(
        Category.FILESYSTEM, "a file may have been left by a former run, or be shared with another test",
        r"File(?:NotFound|Exists)Error|PermissionError|No such file|[Dd]irectory not empty|IsADirectory|NotADirectory|database is locked",
        frozenset({"listing"}), "pytest {test}; pytest {test}",
    ),
    _Kind(
        Category.RESOURCE_LEAK, "what is opened may never have been closed, until there was none left",
        r"Too many open files|MemoryError|can't start new thread|ResourceWarning|No space left|Unraisable", frozenset(),
        "sh -c 'ulimit -n 64; pytest {test}'",
    ),
    _Kind(
        Category.ASYNC_WAIT, "something may not have been done in time on a busy machine",
        r"Timeout|timed out|Empty\b|CancelledError|deadline|not (?:ready|started|finished)",
        frozenset({"wait", "completion", "start", "process"}), _LONGER,
    ),
    _Kind(
        Category.CONCURRENCY, "threads or tasks may have met in another order",
        r"changed size during iteration|deadlock|mutated during iteration|cannot schedule|Event loop is closed|different loop",
        frozenset({"start", "completion"}), _LONGER,
    ),
    _Kind(
        Category.TIME, "the moment may matter at which it ran",
        r"datetime|\b\d{4}-\d\d-\d\d\b|\b\d\d:\d\d\b", frozenset({"clock"}), _LONGER,
    ),
    _Kind(
        Category.UNORDERED_COLLECTION, "the order of a set may matter, which differs from process to process",
        r"At index \d+ diff|in different order", frozenset({"set_order", "set_pop"}),
        "sh -c 'for n in 1 2 3 4 5 6 7 8; do PYTHONHASHSEED=$n pytest {test}; done'",
    ),
    _Kind(
        Category.FLOATING_POINT, "numbers may be added in an order that differs from run to run",
        r"ULP|Max relative difference", frozenset(), "sh -c 'for n in 1 2 3 4 5 6 7 8; do PYTHONHASHSEED=$n pytest {test}; done'",
    ),
    _Kind(Category.RANDOMNESS, "a drawn value may matter", r"random|uuid", frozenset({"draw", "shuffle", "unique"}), _LONGER),
    _Kind(
        Category.ENVIRONMENT, "a variable or the machine may matter", r"KeyError: '[A-Z][A-Z0-9_]+'", frozenset({"environment"}),
        "env -i PATH=\"$PATH\" pytest {test}",
    ),
    _Kind(
        Category.MEMORY_GC, "when an object is collected may matter",
        r"weakly-referenced object|ReferenceError|dead", frozenset({"memory"}), _LONGER,
    ),
)  # fmt: skip


def suspicions(test: FailedTest, traces: Sequence[Trace], read_line: ReadLine) -> list[Suspicion]:
    """Rank what may be behind a failure that was reported, and never came again.

    Args:
        test: as the JUnit report shows it.
        traces: of runs that passed.
        read_line: returns the stripped text of a line of the project.

    Returns:
        likeliest first, at most MOST; empty where neither the message nor a trace says anything.
    """
    sites = list(dict.fromkeys(site for trace in traces[:1] for site in trace.sites if site.source_kind))
    ranked = [(_score(kind, test, sites), kind) for kind in _KINDS]
    chosen = sorted((entry for entry in ranked if entry[0]), key=lambda entry: -entry[0])[:MOST]
    found = [(kind, _place(kind, test, sites)) for _, kind in chosen]
    return [Suspicion(_cause(kind, place, read_line), _command(kind, test)) for kind, place in found if place is not None]


def _score(kind: _Kind, test: FailedTest, sites: Sequence[TracedSite]) -> int:
    rounded = kind.category is Category.FLOATING_POINT and differs_by_rounding(test.message)
    said = rounded or bool(re.search(kind.message, test.message))
    touched = [site for site in sites if site.source_kind in kind.sources]
    near = any(site.site.file == _crash(test)[0] for site in touched)
    return FROM_MESSAGE * said + FROM_TRACE * bool(touched) + NEAR * near


def _place(kind: _Kind, test: FailedTest, sites: Sequence[TracedSite]) -> tuple[str, int, int, str] | None:
    """Choose the last place of this kind before the failure; without one, the line that failed."""
    file, line = _crash(test)
    touched = [one.site for one in sites if one.source_kind in kind.sources]
    before = [site for site in touched if site.file == file and site.line <= line] or touched
    if before:
        return before[-1].file, before[-1].line, before[-1].end_line, before[-1].function
    return (file, line, line, "") if file.endswith(".py") and not file.startswith(("/", "..")) else None


def _crash(test: FailedTest) -> tuple[str, int]:
    file, _, line = test.crash.rpartition(":")
    return (file, int(line)) if line.isdigit() else (test.nodeid.split("::")[0], 1)


def _cause(kind: _Kind, place: tuple[str, int, int, str], read_line: ReadLine) -> Cause:
    file, line, end, function = place
    return Cause(
        file=file, line=line, end_line=end, function=function, source=read_line(file, line), divergence_type=DivergenceType.VALUE_MISMATCH,
        category=kind.category, status=Status.SUSPECTED, confidence=of_suspicion(), title=f"suspected only: {kind.title}",
        detail="from the message of the failure and from what the test touches; no intervention has shown it",
    )  # fmt: skip


def _command(kind: _Kind, test: FailedTest) -> str:
    quoted = shlex.quote(test.nodeid)
    # Inside of a quoted script the quotes of the node id would end it.
    inner = quoted.replace("'", "'\\''") if "sh -c" in kind.command else quoted
    return kind.command.replace("{test}", inner)
