"""Stand-ins for callables whose arguments matter: what is shuffled, drawn from, waited for or locked.

They are only put in the way of known sources, and of calls that an intervention forces.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from _thread import RLock
from types import CoroutineType
from typing import Any

from flakemark.trace.forcing import Force, literal_of, permuted
from flakemark.trace.recording import RECORDER, Recorder, Spot, record
from flakemark.trace.sources import SET_ORDER


class Shuffle:
    """random.shuffle: the order is what counts, and it is put into the argument."""

    __slots__ = ("function", "number", "spot")

    def __init__(self, number: int, spot: Spot, function: Any) -> None:
        self.number, self.spot, self.function = number, spot, function

    def __call__(self, items: Any, *args: Any, **kwargs: Any) -> Any:
        force, occurrence = self.spot.force, self.spot.count
        before = list(items)
        result = self.function(items, *args, **kwargs)
        if force is not None and force.orders is not None:
            items[:] = force.ordered(occurrence, list(items))
        elif force is not None and force.edge is not None:
            items[:] = before if force.edge == 0 else before[::-1]
        record(RECORDER, self.number, occurrence, literal_of(list(items)))
        return result


class Pop:
    """set.pop: which item comes out depends on hashes."""

    __slots__ = ("function", "number", "spot")

    def __init__(self, number: int, spot: Spot, function: Any) -> None:
        self.number, self.spot, self.function = number, spot, function

    def __call__(self) -> Any:
        items, force = self.function.__self__, self.spot.force
        order = set_order(RECORDER, force, self.spot.count, items)
        if order is None:
            chosen = self.function()
        else:
            chosen = order[0]
            items.remove(chosen)
        record(RECORDER, self.number, self.spot.count, ["list", [literal_of(chosen)]])
        return chosen


class Locked:
    """A call that only one thread, or one task, makes at a time: the lock that a maintainer would add."""

    __slots__ = ("function",)

    def __init__(self, function: Any) -> None:
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with _LOCK:
            result = self.function(*args, **kwargs)
        return _one_at_a_time(result) if type(result) is CoroutineType else result


async def _one_at_a_time(coroutine: Any) -> Any:
    if not _ASYNC_LOCK:
        from asyncio import Lock

        _ASYNC_LOCK.append(Lock())
    async with _ASYNC_LOCK[0]:
        return await coroutine


_LOCK = RLock()
_ASYNC_LOCK: list[Any] = []  # made when it is needed: asyncio is not imported for it


class Wait:
    """A wait that is stretched: its limit is put up, wherever it was given."""

    __slots__ = ("function", "spot")

    def __init__(self, spot: Spot, function: Any) -> None:
        self.spot, self.function = spot, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        force, source = self.spot.force, self.spot.source
        if force is None or source is None:
            return self.function(*args, **kwargs)
        place = source.limit
        if len(args) > place and type(args[place]) in (int, float):
            args = (*args[:place], args[place] + force.stretch, *args[place + 1 :])
        for name in ("timeout", "delay", "seconds"):
            if type(kwargs.get(name)) in (int, float):
                kwargs = {**kwargs, name: kwargs[name] + force.stretch}
        return self.function(*args, **kwargs)


class Draw:
    """A draw whose result is forced: its arguments say what it could have been."""

    __slots__ = ("function", "spot")

    def __init__(self, spot: Spot, function: Any) -> None:
        self.spot, self.function = spot, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        force, source, occurrence = self.spot.force, self.spot.source, self.spot.count
        result = self.function(*args, **kwargs)
        if force is None or source is None or occurrence < force.first:
            return result
        if force.edge is not None:
            edges = source.edges(args, kwargs) if source.edges is not None else []
            return edges[force.edge] if force.edge < len(edges) else result
        population = args[0] if args and type(args[0]) in (list, tuple) else ()
        found, chosen = force.picked(occurrence, list(population)) if population else (False, None)
        return chosen if found else result


def set_order(recorder: Recorder, force: Force | None, occurrence: int, seen: Any) -> list[Any] | None:
    """Return the items in a forced order, or None where the set may keep its own."""
    order = None
    if SET_ORDER in recorder.permutations:
        order = permuted(list(seen), recorder.permutations[SET_ORDER])
    if force is not None and force.orders is not None:
        order = force.ordered(occurrence, list(seen) if order is None else order)
    return order
