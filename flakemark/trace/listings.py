"""Listings: what a directory holds, in the order in which the file system happens to give it.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from types import GeneratorType
from typing import Any

from flakemark.events import Literal
from flakemark.trace.fingerprint import SOURCE_NODES, encode
from flakemark.trace.forcing import Force, permuted
from flakemark.trace.recording import Recorder, Spot, record
from flakemark.trace.sources import LISTING

__tracebackhide__ = True  # pytest shows no frame of this module


def is_lazy(seen: Any) -> bool:
    """Whether a listing comes item by item, as from `Path.glob`."""
    return any(type(seen) is kind for kind in (GeneratorType, map, filter, chain))


def in_order(recorder: Recorder, force: Force | None, occurrence: int, items: list[Any]) -> list[Any]:
    """Return the items in a forced order; the very list itself where none is forced."""
    if LISTING in recorder.permutations:
        items = permuted(items, recorder.permutations[LISTING])
    return items if force is None else force.ordered(occurrence, items)


def passing(recorder: Recorder, number: int, spot: Spot, seen: Iterator[Any]) -> Iterator[Any]:
    """Hand on a lazy listing, noting its items as they pass.

    Only a forced order reads ahead: a program may remove folders while it walks through them, and one that
    never looks must not meet the error of a directory that is missing. So it also counts when it begins.
    """
    occurrence = spot.count
    spot.count = occurrence + 1
    force = spot.force
    if LISTING in recorder.permutations or (force is not None and force.orders is not None):
        seen = iter(in_order(recorder, force, occurrence, list(seen)))
    literals: list[Literal] = []
    record(recorder, number, occurrence, ["list", literals])
    for item in seen:
        if len(literals) < SOURCE_NODES:
            literals.append(encode(item))
        yield item
