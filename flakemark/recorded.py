"""Reads what the flight recorder kept. Untrusted data: it comes from the job that ran the tests."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import Any

from flakemark.errors import UsageError
from flakemark.events import Literal, Trace, TracedSite
from flakemark.literals import is_sound
from flakemark.model import NodeId
from flakemark.runs import Failure
from flakemark.trace.format import read_trace

INDEX = "index.jsonl"
MOST_LINES = 100_000
MOST_TEXT = 16_000
_FIELDS = ("phase", "exception", "message", "crash", "where", "test_line", "text")
_TRACE_NAME = re.compile(r"[A-Za-z0-9_-]+\.trace")  # as flakemark.recorder writes them: no folders, nothing that a terminal obeys


@dataclass(frozen=True, slots=True)
class RecordedFailure:
    """One natural failure: how it failed, and its trace."""

    failure: Failure
    trace: Trace


def read_recorded(folder: Path) -> tuple[dict[NodeId, RecordedFailure], tuple[str, ...]]:
    """Read the last recorded failure of every test.

    Args:
        folder: the DIR of `--flakemark-record=DIR`.

    Returns:
        failures by node id, and one line for each entry that cannot be used.

    Raises:
        UsageError: there is no readable index.
    """
    index = folder / INDEX
    try:
        lines = index.read_text(encoding="ascii").splitlines()[:MOST_LINES]
    except (OSError, ValueError) as error:
        reason = f"no readable index of recorded traces ({type(error).__name__})"
        raise UsageError(f"{index}: {reason}; was pytest run with --flakemark-record?") from error
    found: dict[NodeId, RecordedFailure] = {}
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        entry = _entry(folder, line)
        if isinstance(entry, str):
            problems.append(f"{index}: line {number} cannot be used ({entry})")
        else:
            found[entry[0]] = entry[1]
    return found, tuple(problems)


def _entry(folder: Path, line: str) -> tuple[NodeId, RecordedFailure] | str:
    try:
        entry = json.loads(line)
        failure = Failure(**{field: str(entry["failure"][field])[:MOST_TEXT] for field in _FIELDS})
        trace = read_trace(_trace_path(folder, entry["file"]))
        _check(trace, failure)
        return NodeId(str(entry["nodeid"])), RecordedFailure(failure, trace)
    except UsageError as error:
        return str(error)
    except (OSError, ValueError, TypeError, KeyError, ArithmeticError, AttributeError, IndexError, RecursionError) as error:
        return type(error).__name__


def _trace_path(folder: Path, name: Any) -> str:
    if not isinstance(name, str) or not _TRACE_NAME.fullmatch(name):
        raise UsageError("the name of its trace is not one of ours")
    if not S_ISREG((folder / name).lstat().st_mode):
        raise UsageError(f"{name} is not a file")
    return str(folder / name)


def _check(trace: Trace, failure: Failure) -> None:
    """Hold what the stages rely on: indices in range, literals that can be shown, places in files of the project."""
    if not all(_is_text(name) for name in trace.threads) or not all(map(_is_site, trace.sites)):
        raise UsageError("its trace has places without a name")
    for event in trace.events:
        if not (_is_index(event.site, trace.sites) and _is_index(event.thread, trace.threads)):
            raise UsageError("its trace has events without a place")
        if not _is_literal(event.literal):
            raise UsageError("its trace has values that are none")
    files = {traced.site.file for traced in trace.sites} | {failure.where.rpartition(":")[0], failure.test_line.rpartition(":")[0]}
    if not all(_is_relative(file) for file in files):
        raise UsageError("it names files outside of the project")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_site(traced: TracedSite) -> bool:
    site = traced.site
    texts = (site.key, site.file, site.function, site.kind, site.callee, traced.source_kind, traced.source_name)
    return all(map(_is_text, texts)) and type(site.line) is int and type(site.end_line) is int


def _is_literal(value: Literal) -> bool:
    match value:
        case ["list" | "tuple" | "set" | "frozenset", [*items]]:
            return all(map(_is_literal, items))
        case ["dict", [*pairs]] | ["obj", str(), [*pairs]]:
            return all(isinstance(pair, list) and len(pair) == 2 and all(map(_is_literal, pair)) for pair in pairs)
        case [str(), *_]:
            return is_sound(value)
        case _:
            return not isinstance(value, (list, dict))


def _is_index(number: Any, items: tuple[Any, ...]) -> bool:
    return type(number) is int and 0 <= number < len(items)


def _is_relative(file: Any) -> bool:
    return isinstance(file, str) and not PurePosixPath(file).is_absolute() and ".." not in PurePosixPath(file).parts
