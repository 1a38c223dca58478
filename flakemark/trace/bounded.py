"""Keeps a trace small: the oldest events of the least informative sites are left out first.

Informative, in this order: the first event of every site and what happened last before the end; what known sources
gave (draws, clocks, listings); everything else. Within each of the three, every site keeps its newest events, as many as
there is room for if each site gets the same number: a hot loop loses its past before a rare line loses anything.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from flakemark.events import Literal
from flakemark.trace.format import Content, serialise

LARGE = 8  # a value may take an eighth of the file, and so may what happened last
_EVENT = 20  # bytes of an event's site, thread, time and commas, rarely more
_MARGIN = 512
_dumps = json.JSONEncoder(separators=(",", ":")).encode


def shorten(content: Content, most: int) -> Content:
    """Leave out what does not fit into a file of `most` bytes; O(events).

    Args:
        content: is not changed.
        most: bytes of the whole file. The header alone may have more; then no event is left.
    """
    if size_of(content) <= most:
        return content
    content = content._replace(events=[_without_large(event, most // LARGE) for event in content.events])
    target = most - _MARGIN
    shorter = _shorter(content, target)
    while (surplus := size_of(shorter) - most) > 0 and shorter.events:
        target -= surplus + _MARGIN
        shorter = _shorter(content, target)
    return shorter


def size_of(content: Content) -> int:
    """Return the bytes of the file; O(events)."""
    return sum(map(len, serialise(content)))


def _without_large(event: Any, most: int) -> Any:
    site, thread, literal, moment = event
    if type(literal) is not list or len(_dumps(literal)) <= most:
        return event
    return (site, thread, _summary(literal), moment)


def _summary(literal: list[Any]) -> Literal:
    """Say what a value is without its content."""
    tag, *rest = literal
    if tag == "held" and type(rest[0]) is list:
        return [tag, _summary(rest[0])]
    if tag in ("obj", "made"):
        return ["obj", rest[0], []]
    if tag == "cut":
        return ["cut", rest[0], rest[1]]
    return ["cut", tag, len(rest[0]) if rest and type(rest[0]) is list else 1]


def _shorter(content: Content, most: int) -> Content:
    costs = [_EVENT + _cost(event[2]) for event in content.events]
    names = [_cost(name) for name in content.threads]
    left = most - len(next(serialise(content._replace(threads=[]))))
    kept: set[int] = set()
    threads: set[int] = set()
    for place in _best_first(content, costs, most // LARGE):
        thread = content.events[place][1]
        left -= costs[place] + (0 if thread in threads else names[thread])
        if left < 0:
            break
        kept.add(place)
        threads.add(thread)
    return _only(content, kept)


def _cost(literal: Literal) -> int:
    kind = type(literal)
    if kind is str:
        return len(literal) + 3 if literal.isascii() and literal.isprintable() else len(_dumps(literal)) + 1
    return len(_dumps(literal)) + 1 if kind is list else len(str(literal)) + 1


def _best_first(content: Content, costs: list[int], last_bytes: int) -> Iterator[int]:
    """Yield the places of all events, the most informative first."""
    known = [bool(traced.source_kind) for traced in content.sites]
    firsts: dict[int, int] = {}
    for place, event in enumerate(content.events):
        firsts.setdefault(event[0], place)
    best = {*firsts.values(), *_last(costs, last_bytes)}
    rest = [place for place in range(len(content.events) - 1, -1, -1) if place not in best]
    yield from _evenly(content, sorted(best, reverse=True))
    yield from _evenly(content, [place for place in rest if known[content.events[place][0]]])
    yield from _evenly(content, [place for place in rest if not known[content.events[place][0]]])


def _last(costs: list[int], most: int) -> Iterator[int]:
    for place in range(len(costs) - 1, -1, -1):
        most -= costs[place]
        if most < 0:
            return
        yield place


def _evenly(content: Content, places: Iterable[int]) -> Iterator[int]:
    """Yield the newest place of every site, then the second newest of every site that has one, and so on."""
    by_site: dict[int, list[int]] = defaultdict(list)
    for place in places:
        by_site[content.events[place][0]].append(place)
    columns, level = list(by_site.values()), 0
    while columns:
        yield from (column[level] for column in columns)
        level += 1
        columns = [column for column in columns if len(column) > level]


def _only(content: Content, kept: set[int]) -> Content:
    """Return the content with these events, and the sites and threads that they need; known sources stay, and the main thread."""
    events = [content.events[place] for place in sorted(kept)]
    used, lanes = {event[0] for event in events}, {event[1] for event in events}
    sites = [number for number, traced in enumerate(content.sites) if number in used or (events and traced.source_kind)]
    threads = [number for number in range(len(content.threads)) if number in lanes or number == 0]
    site_places = {number: place for place, number in enumerate(sites)}
    thread_places = {number: place for place, number in enumerate(threads)}
    lost = len(content.events) - len(events)
    return Content(
        sites=[content.sites[number] for number in sites],
        threads=[content.threads[number] for number in threads],
        events=[(site_places[site], thread_places[thread], literal, moment) for site, thread, literal, moment in events],
        dropped=content.dropped + lost,
        shortened=content.shortened + lost,
        redacted=content.redacted,
        left_out=content.left_out,
        flow=content.flow,
    )
