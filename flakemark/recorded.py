"""Reads what the flight recorder kept. Untrusted data: it comes from the job that ran the tests."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from stat import S_ISREG
from typing import Any

from flakemark.errors import UsageError
from flakemark.events import Literal, Trace, TracedSite
from flakemark.literals import is_sound
from flakemark.model import NodeId
from flakemark.runs import Failure
from flakemark.trace.format import read_trace

INDEX = "index.jsonl"
MARKER = re.compile(r"running-[A-Za-z0-9_-]+\.json")
MOST_LINES = 100_000
MOST_PROBLEMS = 50
MOST_TRIES = 5  # entries of one test
MOST_TEXT = 16_000
MOST_INDEX = 64 * 1024 * 1024  # bytes
MOST_TRACE = 64 * 1024 * 1024  # the largest --flakemark-record-limit
MOST_IN_ALL = 256 * 1024 * 1024
MOST_DEPTH = 40  # of lists in lists; the recorder writes a quarter of it
MOST_BITS = 4_200
_FIELDS = ("phase", "exception", "message", "crash", "where", "test_line", "text")
_TRACE_NAME = re.compile(r"[A-Za-z0-9_-]+\.trace")  # as flakemark.recorder writes them: no folders, nothing that a terminal obeys


@dataclass(frozen=True, slots=True)
class RecordedFailure:
    """One natural failure: how it failed, and its trace."""

    failure: Failure
    trace: Trace


@dataclass
class _Reading:
    """What was found so far, and what is wrong."""

    folder: Path
    bytes_left: int
    problems: list[str] = field(default_factory=list)

    def tell(self, problem: str) -> None:
        self.problems.append(problem)

    def told(self) -> tuple[str, ...]:
        more = len(self.problems) - MOST_PROBLEMS
        return (*self.problems[:MOST_PROBLEMS], *([f"{self.folder}: and {more} more like these"] if more > 0 else []))


def read_recorded(folder: Path, wanted: Collection[NodeId] | None = None) -> tuple[dict[NodeId, RecordedFailure], tuple[str, ...]]:
    """Read the last recorded failure of every test that can be read.

    Args:
        folder: the DIR of `--flakemark-record=DIR`.
        wanted: the tests whose traces are read; None for all.

    Returns:
        failures by node id, and one line for each entry that cannot be used and each test that ended without a trace.

    Raises:
        UsageError: there is no readable index, and no sign of a test that died.
    """
    reading = _Reading(folder, bytes_left=MOST_IN_ALL)
    running = list(_running(folder))
    lines = _index_lines(folder, needed=not running)
    entries: dict[NodeId, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for number, line in enumerate(lines, 1):
        for name, entry in _named(reading, number, line):
            entries[name].append((number, entry))
    found: dict[NodeId, RecordedFailure] = {}
    for name in entries if wanted is None else [name for name in entries if name in wanted]:
        tries = (_recorded(reading, number, entry) for number, entry in entries[name][: -MOST_TRIES - 1 : -1])
        recorded = next((each for each in tries if each is not None), None)
        if recorded is not None:
            found[name] = recorded
    for test in running:
        reading.tell(f"{folder}: {test} was running when its process died; it left no trace")
    return found, reading.told()


def _index_lines(folder: Path, *, needed: bool) -> list[str]:
    index = folder / INDEX
    try:
        return _text_of(index, MOST_INDEX).splitlines()[:MOST_LINES]
    except (OSError, ValueError, UsageError) as error:
        if not needed and isinstance(error, FileNotFoundError):
            return []
        reason = f"no readable index of recorded traces ({type(error).__name__})"
        raise UsageError(f"{index}: {reason}; was pytest run with --flakemark-record?") from error


def _text_of(path: Path, most: int) -> str:
    """Read a file of ours: a regular one, not a link, a pipe or a device, and not too large."""
    status = path.lstat()
    if not S_ISREG(status.st_mode) or status.st_size > most:
        raise UsageError(f"{path}: not a file of ours")
    with path.open(encoding="ascii") as file:
        return file.read(most)


def _running(folder: Path) -> Iterator[str]:
    """Yield the tests whose process noted that they run, and never took it back."""
    try:
        names = sorted(name for name in os.listdir(folder) if MARKER.fullmatch(name))[:MOST_LINES]
    except OSError:
        return
    yield from (_marked(folder / name) for name in names)


def _marked(marker: Path) -> str:
    try:
        return _printable(json.loads(_text_of(marker, MOST_TEXT))["nodeid"])
    except (OSError, ValueError, TypeError, LookupError, RecursionError, UsageError):
        return "a test"


def _named(reading: _Reading, number: int, line: str) -> Iterator[tuple[NodeId, dict[str, Any]]]:
    """Yield the node id and the entry of a line that tells of a failure; an example of passing is none."""
    try:
        entry = json.loads(line)
        name = "".join([entry["nodeid"]])  # of a text, and of nothing else
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        _unusable(reading, number, type(error).__name__)
        return
    if entry.get("outcome") != "passed":
        yield NodeId(name), entry


def _unusable(reading: _Reading, number: int, why: str) -> None:
    reading.tell(f"{reading.folder / INDEX}: line {number} cannot be used ({why})")


def _recorded(reading: _Reading, number: int, entry: dict[str, Any]) -> RecordedFailure | None:
    if entry.get("outcome") == "died" and entry.get("file") is None:
        reading.tell(f"{reading.folder / INDEX}: {_printable(entry['nodeid'])} died with its process; it left no trace")
        return None
    try:
        failure = Failure(**{name: str(entry["failure"][name])[:MOST_TEXT] for name in _FIELDS})
        for place in (failure.where, failure.test_line):
            _check_file(place.rpartition(":")[0])
        return RecordedFailure(failure, _trace(reading, entry["file"]))
    except UsageError as error:
        _unusable(reading, number, str(error))
    except (OSError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError) as error:
        _unusable(reading, number, type(error).__name__)
    return None


def _trace(reading: _Reading, name: Any) -> Trace:
    if not isinstance(name, str) or not _TRACE_NAME.fullmatch(name):
        raise UsageError("the name of its trace is not one of ours")
    status = (reading.folder / name).lstat()
    if not S_ISREG(status.st_mode):
        raise UsageError(f"{name} is not a file")
    reading.bytes_left -= status.st_size
    if reading.bytes_left < 0:
        raise UsageError(f"the traces before it have more than {MOST_IN_ALL // 2**20} MiB together")
    return read_strangers_trace(reading.folder / name)


def read_strangers_trace(path: Path) -> Trace:
    """Read a trace and hold what the stages rely on: literals that can be shown, places in files of the project.

    Raises:
        UsageError: in one line.
    """
    trace = read_trace(str(path), MOST_TRACE)
    if not all(map(_is_literal, {id(event.literal): event.literal for event in trace.events}.values())):
        raise UsageError(f"{path.name}: values that are none")
    for traced in trace.sites:
        _check_file(traced.site.file)
    if not all(map(_is_named, trace.sites)):
        raise UsageError(f"{path.name}: places without a name")
    return trace


def _check_file(file: str) -> None:
    for flavour in (PurePosixPath(file), PureWindowsPath(file)):
        if flavour.anchor or ".." in flavour.parts or "\0" in file:
            raise UsageError("it names files outside of the project")


def _is_named(traced: TracedSite) -> bool:
    return len(traced.site.file) <= MOST_TEXT and len(traced.site.key) <= MOST_TEXT


def _is_literal(value: Literal) -> bool:
    return _is_bounded(value, MOST_DEPTH) and _is_known(value)


def _is_bounded(value: Any, depth: int) -> bool:
    if isinstance(value, str):
        return len(value) <= MOST_TEXT
    if isinstance(value, list):
        return depth > 0 and all(_is_bounded(item, depth - 1) for item in value)
    if isinstance(value, float):
        return value - value == 0  # 1e999 is read as infinity
    return value is None or (isinstance(value, int) and value.bit_length() <= MOST_BITS)


def _is_known(value: Literal) -> bool:
    match value:
        case ["list" | "tuple" | "set" | "frozenset", [*items]]:
            return all(map(_is_known, items))
        case ["dict", [*pairs]] | ["obj" | "made", str(), [*pairs]]:
            return all(isinstance(pair, list) and len(pair) == 2 and all(map(_is_known, pair)) for pair in pairs)
        case [str(), *_]:
            return is_sound(value)
        case _:
            return not isinstance(value, list)


def _printable(text: Any) -> str:
    return ascii(str(text)[:300])[1:-1]
