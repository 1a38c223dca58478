"""The versioned trace file, described in docs/trace-format.md.

Line 1 is the header, every further line a chunk of events, column by column:

    {"format": "flakemark-trace", "version": 2, "texts": [...], "sites": [SITE, ...], "threads": [name, ...],
     "events": n, "dropped": n, "shortened": n, "redacted": n}
    [[site, ...], thread or [thread, ...], [nanoseconds, difference, ...], [literal, ...]]

SITE is [key, file, line, end_line, function, kind, callee, loops, source kind, source name, full], its texts as places in "texts".
JSON only: a trace is data, and may come from a stranger.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, repeat
from operator import sub
from os import fstat as _fstat
from os import replace as _replace
from os import unlink as _unlink
from typing import Any, NamedTuple, NoReturn

from flakemark.errors import UsageError
from flakemark.events import Site, Trace, TracedSite, TraceEvent

VERSION = 2
NAME = "flakemark-trace"
CHUNK = 4_096
LATEST = 1 << 64  # nanoseconds
_MOST_LINES = 1 << 31  # of a source file
_HERE = "@"  # a key that begins with the site's file and line, which are left out
_open = open
_dumps = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class Content(NamedTuple):
    """What goes into a trace file.

    Attributes:
        events: (site, thread, literal, nanoseconds), as `flakemark.events.TraceEvent`.
        dropped: evaluations that are not among the events, whatever the reason.
        shortened: those of them that were left out to keep the file small.
        redacted: values that were replaced because of their names.
        left_out: by file, the sites that had no probe: their keys without the file, separated by spaces.
        flow: whether only the flow of control had probes.
    """

    sites: list[TracedSite]
    threads: list[str]
    events: list[Any]
    dropped: int = 0
    shortened: int = 0
    redacted: int = 0
    left_out: dict[str, str] = {}  # noqa: RUF012 - never changed
    flow: bool = False


Prepare = Callable[[Content], Content]


def write_trace(
    path: str, sites: Iterable[TracedSite], threads: list[str], events: list[Any], dropped: int = 0, *,
    prepare: Prepare | None = None, left_out: dict[str, str] | None = None, flow: bool = False,
) -> None:  # fmt: skip
    """Write a trace so that a reader sees either all of it or nothing; O(events).

    Args:
        path: the file; it is replaced.
        sites: as in `Content`.
        threads: likewise.
        events: likewise.
        dropped: likewise.
        prepare: what is done to the content before a byte of it is written, e.g. redaction.
        left_out: as in `Content`.
        flow: likewise.

    Raises:
        OSError: it cannot be written; nothing is left behind then.
    """
    content = Content(list(sites), threads, events, dropped, left_out=left_out or {}, flow=flow)
    lines = serialise(content if prepare is None else prepare(content))
    partial = path + ".partial"
    try:
        with _open(partial, "w", encoding="ascii") as file:
            file.writelines(lines)
        _replace(partial, path)
    except BaseException:
        _remove(partial)
        raise


def _remove(path: str) -> None:
    try:
        _unlink(path)
    except OSError:
        pass


def serialise(content: Content) -> Iterator[str]:
    """Yield the lines of a trace file, ASCII."""
    yield _dumps(_header(content)) + "\n"
    for start in range(0, len(content.events), CHUNK):
        sites, threads, literals, moments = zip(*content.events[start : start + CHUNK], strict=True)
        differences = [moments[0], *map(sub, moments[1:], moments)]
        yield _dumps([sites, threads[0] if len(set(threads)) == 1 else threads, differences, literals]) + "\n"


def _header(content: Content) -> dict[str, Any]:
    texts: dict[str, int] = {}
    sites = [_row(traced, texts) for traced in content.sites]
    return {
        "format": NAME, "version": VERSION, "texts": list(texts), "sites": sites, "threads": content.threads,
        "events": len(content.events), "dropped": content.dropped, "shortened": content.shortened, "redacted": content.redacted,
        **({"left_out": content.left_out} if content.left_out else {}), **({"flow": True} if content.flow else {}),
    }  # fmt: skip


def _row(traced: TracedSite, texts: dict[str, int]) -> list[int]:
    site = traced.site
    start = f"{site.file}:{site.line}:"
    key = _HERE + site.key[len(start) :] if site.key.startswith(start) else " " + site.key

    def place(text: str) -> int:
        return texts.setdefault(text, len(texts))

    return [
        place(key), place(site.file), site.line, site.end_line, place(site.function), place(site.kind), place(site.callee),
        place(site.loops), place(traced.source_kind), place(traced.source_name), int(traced.full),
    ]  # fmt: skip


def read_trace(path: str, most: int | None = None) -> Trace:
    """Read a trace back; O(events).

    Literals are not looked into: see `flakemark.recorded` for traces of strangers.

    Args:
        path: the file.
        most: bytes that it may have.

    Raises:
        UsageError: the file is foreign, damaged, too large, or of another version; one line that names it.
    """
    try:
        with _open(path, encoding="ascii") as file:
            if most is not None and _fstat(file.fileno()).st_size > most:
                raise UsageError(f"{path}: larger than {most // 1024} KiB; that is no trace of the recorder")
            header = _loads(file.readline())
            if not isinstance(header, dict) or header.get("format") != NAME or header.get("version") != VERSION:
                raise UsageError(f"{path}: not a flakemark trace of version {VERSION}; record it again")
            sites, threads = _sites(header), _texts(header["threads"])
            events = [event for line in file for event in _chunk(_loads(line), len(sites), len(threads))]
        sites += _left_out(header.get("left_out", {}), {traced.site.key for traced in sites})
        return Trace(sites, threads, _whole(events, header["events"]), _count(header["dropped"]), header.get("flow") is True)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise UsageError(f"{path}: damaged trace ({type(error).__name__}); record it again") from error


def _whole(events: list[TraceEvent], count: Any) -> tuple[TraceEvent, ...]:
    if len(events) != count:
        raise ValueError("cut off")
    return tuple(events)


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


_loads = json.JSONDecoder(parse_constant=_refuse).decode  # no NaN, no Infinity: they have literals of their own


def _texts(value: Any) -> tuple[str, ...]:
    if type(value) is not list or not _all_are(str, value):
        raise TypeError("no texts")
    return tuple(value)


def _sites(header: dict[str, Any]) -> tuple[TracedSite, ...]:
    texts = _texts(header["texts"])
    return tuple(_site(row, texts) for row in header["sites"])


def _site(row: Any, texts: tuple[str, ...]) -> TracedSite:
    if not _all_are(int, row) or not 0 <= min(row) <= max(row) < _MOST_LINES:
        raise TypeError("no numbers")
    key, file, line, end_line, function, kind, callee, loops, source_kind, source_name, full = row
    start = f"{texts[file]}:{line}:" if texts[key].startswith(_HERE) else ""
    site = Site(start + texts[key][1:], texts[file], line, end_line, texts[function], texts[kind], texts[callee], texts[loops])
    return TracedSite(site, texts[source_kind], texts[source_name], bool(full))


def _left_out(value: Any, reached: set[str]) -> tuple[TracedSite, ...]:
    """Return the sites without probes: they are full with no event at all, so that nothing is expected of them."""
    found = []
    for file, places in value.items():
        for place in places.split():
            line, _, kind = place.split(":")
            site = Site(f"{file}:{place}", file, int(line), int(line), "", kind.partition("#")[0], "")
            if not 0 <= site.line < _MOST_LINES:
                raise ValueError("no line")
            if site.key not in reached:
                found.append(TracedSite(site, "", "", full=True))
    return tuple(found)


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < LATEST:
        raise TypeError("no count")
    return value


def _chunk(chunk: Any, sites: int, threads: int) -> Iterator[TraceEvent]:
    """Put the columns together again; every event names a site and a thread that there are."""
    numbers, lanes, differences, literals = chunk
    lanes = [lanes] * len(numbers) if type(lanes) is int else lanes
    if not (_all_are(int, numbers) and _all_are(int, lanes) and _all_are(int, differences) and type(literals) is list):
        raise TypeError("no numbers")
    moments = list(accumulate(differences))
    for column, end in ((numbers, sites), (lanes, threads), (moments, LATEST)):
        if column and not 0 <= min(column) <= max(column) < end:
            raise IndexError("no such place")
    rows = zip(numbers, lanes, literals, moments, strict=True)
    return map(_new_event, repeat(TraceEvent), rows)


_new_event: Callable[[type[TraceEvent], Any], TraceEvent] = tuple.__new__  # what a named tuple does, without a call of Python's per event


def _all_are(kind: type, values: Sequence[Any]) -> bool:
    return set(map(type, values)) <= {kind}
