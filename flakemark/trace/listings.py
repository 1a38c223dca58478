"""Listings: what a directory holds, in the order in which the file system happens to give it.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from types import GeneratorType
from typing import Any

from flakemark.events import Literal
from flakemark.trace.anatomy import type_name
from flakemark.trace.fingerprint import SOURCE_NODES, encode
from flakemark.trace.forcing import Force, in_recorded_order, items_of, permuted
from flakemark.trace.known.files import WALKS
from flakemark.trace.known.source import LISTING
from flakemark.trace.rebuild import NotPinnable
from flakemark.trace.recording import Recorder, record
from flakemark.trace.spots import Spot

__tracebackhide__ = True  # pytest shows no frame of this module

_SCANS = frozenset({"posix.ScandirIterator", "nt.ScandirIterator"})


def is_lazy(seen: Any) -> bool:
    """Whether a listing comes item by item, as from `Path.glob`."""
    return any(type(seen) is kind for kind in (GeneratorType, map, filter, chain)) or type_name(type(seen)) in _SCANS


def in_order(recorder: Recorder, force: Force | None, occurrence: int, items: list[Any]) -> list[Any]:
    """Return the items in a forced order; the very list itself where none is forced."""
    if LISTING in recorder.permutations:
        items = permuted(items, recorder.permutations[LISTING])
    return items if force is None else force.ordered(occurrence, items)


def passing(recorder: Recorder, number: int, spot: Spot, seen: Any) -> Any:
    """Hand on a lazy listing, noting its items as they pass.

    Only a forced order reads ahead: a program may remove folders while it walks through them, and one that
    never looks must not meet the error of a directory that is missing. So it also counts when it begins.
    """
    if spot.live is not None and spot.live.name in WALKS:
        return _noted(recorder, number, spot, seen, _walked)
    items = _noted(recorder, number, spot, seen, _ahead)
    return Scan(seen, items) if type_name(type(seen)) in _SCANS else items


_Ordering = Callable[[Recorder, Force | None, int, Iterator[Any]], Iterator[Any]]


def _noted(recorder: Recorder, number: int, spot: Spot, seen: Iterator[Any], ordering: _Ordering) -> Iterator[Any]:
    occurrence = spot.count
    spot.count = occurrence + 1
    literals: list[Literal] = []
    record(recorder, number, occurrence, ["list", literals])
    for item in ordering(recorder, spot.force, occurrence, seen):
        if len(literals) < SOURCE_NODES:
            literals.append(encode(item))
        yield item


def _ahead(recorder: Recorder, force: Force | None, occurrence: int, seen: Iterator[Any]) -> Iterator[Any]:
    if LISTING in recorder.permutations or (force is not None and force.orders is not None):
        return iter(in_order(recorder, force, occurrence, list(seen)))
    return seen


def _walked(recorder: Recorder, force: Force | None, occurrence: int, steps: Iterator[Any]) -> Iterator[Any]:
    """Walk through folders, the names in each in a forced order: they are put into it in place, as programs do to prune a walk."""
    recorded = _recorded_steps(force, occurrence)
    for place, step in enumerate(steps):
        for names, order in zip(step[1:3], recorded(place, step[0]), strict=True):
            if LISTING in recorder.permutations:
                names[:] = permuted(names, recorder.permutations[LISTING])
            if order is not None:
                names[:] = in_recorded_order(names, order)
        yield step


def _recorded_steps(force: Force | None, occurrence: int) -> Callable[[int, Any], tuple[Any, Any]]:
    """Return what tells the recorded names of a step: by its folder, or (temporary ones are called otherwise) by its place."""
    steps: list[list[Literal]] = []
    try:
        if force is not None and force.orders is not None and occurrence < len(force.orders):
            steps = [items_of(step) for step in items_of(force.orders[occurrence])]
        known = {repr(step[0]): (items_of(step[1]), items_of(step[2])) for step in steps}
    except (NotPinnable, IndexError):
        known = {}
    by_place = list(known.values())

    def recorded(place: int, folder: Any) -> tuple[Any, Any]:
        return known.get(repr(encode(folder))) or (by_place[place] if place < len(by_place) else (None, None))

    return recorded


class Scan:
    """What `os.scandir` gives: an iterator that can be closed, and entered."""

    __slots__ = ("_items", "_real")

    def __init__(self, real: Any, items: Iterator[Any]) -> None:
        self._real, self._items = real, items

    def __iter__(self) -> Scan:
        return self

    def __next__(self) -> Any:
        return next(self._items)

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *exc: object) -> None:
        self._real.close()

    def close(self) -> None:
        """Close the folder."""
        self._real.close()
