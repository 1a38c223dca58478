"""The versioned trace file.

Line 1 is the header, every further line a list of events:

    {"format": "flakemark-trace", "version": 1, "sites": [SITE, ...], "threads": [name, ...], "dropped": n}
    [[site, thread, literal, nanoseconds], ...]

SITE is [key, file, line, end_line, function, kind, callee, source kind, source name].
JSON only: a trace is data, and may come from a stranger.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from os import replace as _replace
from typing import Any

from flakemark.errors import UsageError
from flakemark.events import Site, Trace, TracedSite, TraceEvent

VERSION = 1
NAME = "flakemark-trace"
CHUNK = 2_000
_open = open


def write_trace(path: str, sites: Iterable[TracedSite], threads: list[str], events: list[Any], dropped: int = 0) -> None:
    """Write a trace so that a reader sees either all of it or nothing; O(events)."""
    header = {
        "format": NAME,
        "version": VERSION,
        "sites": [[*entry.site, entry.source_kind, entry.source_name] for entry in sites],
        "threads": threads,
        "dropped": dropped,
        "events": len(events),
    }
    partial = path + ".partial"
    with _open(partial, "w", encoding="ascii") as file:
        file.write(json.dumps(header) + "\n")
        for start in range(0, len(events), CHUNK):
            file.write(json.dumps(events[start : start + CHUNK]) + "\n")
    _replace(partial, path)


def read_trace(path: str) -> Trace:
    """Read a trace back; O(events).

    Raises:
        UsageError: the file is foreign, damaged, or of another version; one line that names it.
    """
    try:
        with _open(path, encoding="ascii") as file:
            header = json.loads(file.readline())
            if not isinstance(header, dict) or header.get("format") != NAME or header.get("version") != VERSION:
                raise UsageError(f"{path}: not a flakemark trace of version {VERSION}; record it again")
            events = tuple(TraceEvent(*event) for line in file for event in json.loads(line))
        sites = tuple(TracedSite(Site(*entry[:-2]), *entry[-2:]) for entry in header["sites"])
        trace = Trace(sites, tuple(header["threads"]), events, int(header["dropped"]))
        _check(trace, header.get("events", len(events)))
        return trace
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise UsageError(f"{path}: damaged trace ({type(error).__name__}); record it again") from error


def _check(trace: Trace, count: Any) -> None:
    """Hold that nothing is missing and that every event names a site and a thread that there are."""
    if len(trace.events) != count:
        raise ValueError("cut off")
    if not all(type(event.site) is int and type(event.thread) is int for event in trace.events):
        raise TypeError("no numbers")
    for size, used in (
        (len(trace.sites), {event.site for event in trace.events}),
        (len(trace.threads), {event.thread for event in trace.events}),
    ):
        if used and not 0 <= min(used) <= max(used) < size:
            raise IndexError("no such place")
