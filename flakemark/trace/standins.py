"""Stand-ins for callables whose arguments matter: what is shuffled, drawn from, waited for or locked.

They are only put in the way of known sources, and of calls that an intervention forces.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from _thread import RLock
from functools import partial
from itertools import chain
from os.path import sep
from sys import modules
from types import CoroutineType
from typing import Any

from flakemark.events import texts
from flakemark.trace.anatomy import type_name
from flakemark.trace.behalf import Watched
from flakemark.trace.fingerprint import encode
from flakemark.trace.forcing import Force, as_hashed
from flakemark.trace.known.edges import edge_of
from flakemark.trace.recording import RECORDER, Recorder, record
from flakemark.trace.sources import SET_ORDER, Source
from flakemark.trace.spots import Spot

__tracebackhide__ = True  # pytest shows no frame of this module


def _whole(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
    """Return what is really called, and with what: `functools.partial` holds some of it."""
    while type(function) is partial:
        args, kwargs, function = (*function.args, *args), {**function.keywords, **kwargs}, function.func
    return function, args, kwargs


class Shuffle:
    """random.shuffle: the order is what counts, and it is put into the argument."""

    __slots__ = ("function", "number", "spot")

    def __init__(self, number: int, spot: Spot, function: Any) -> None:
        self.number, self.spot, self.function = number, spot, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        function, args, kwargs = _whole(self.function, args, kwargs)
        target: Any = args[0] if args else kwargs.get("x")
        force, occurrence, before = self.spot.force, self.spot.count, _items(target)
        result = function(*args, **kwargs)
        after = _items(target)
        if before is None or after is None:  # a sequence of somebody's own: reading it would run his code
            record(RECORDER, self.number, occurrence, encode(target))
            return result
        if force is not None and force.orders is not None:
            target[:] = after = force.ordered(occurrence, after)
        elif force is not None and force.edge is not None:
            target[:] = after = before if force.edge == 0 else before[::-1]
        record(RECORDER, self.number, occurrence, RECORDER.full_literal(after))
        return result


def _items(target: Any) -> list[Any] | None:
    kind = type(target)
    if kind is list or kind is bytearray:
        return list(target)
    found = target.tolist() if type_name(kind) == "numpy.ndarray" else None
    return found if type(found) is list else None


class Pop:
    """set.pop whose item is forced; otherwise the set gives what its hashes say."""

    __slots__ = ("function", "spot")

    def __init__(self, spot: Spot, function: Any) -> None:
        self.spot, self.function = spot, function

    def __call__(self) -> Any:
        items = _whole(self.function, (), {})[0].__self__
        order = set_order(RECORDER, self.spot.force, self.spot.count, items) if items else None
        if order is None:
            return self.function()
        items.remove(order[0])
        return order[0]


def without_source(spot: Spot, function: Any, mark: str) -> Any:
    """Hand back a callable that is no source, or a stand-in where something is forced at its site; `mark` is for `Watched`."""
    force = spot.force
    if force is None:
        return function
    if force.watch:
        return Watched(spot, function, mark)
    return Locked(function) if force.lock else function


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

    __slots__ = ("force", "function", "source")

    def __init__(self, source: Source, force: Force, function: Any) -> None:
        self.source, self.force, self.function = source, force, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        function, args, kwargs = _whole(self.function, args, kwargs)
        place, longer = self.source.limit, self.force.stretch * self.source.per_second
        if len(args) > place and _is_limit(args[place]):
            args = (*args[:place], args[place] + longer, *args[place + 1 :])
        for name in _LIMITS:
            if _is_limit(kwargs.get(name)):
                kwargs = {**kwargs, name: kwargs[name] + longer}
        return function(*args, **kwargs)


_LIMITS = ("timeout", "delay", "seconds", "when", "deadline")


def _is_limit(value: Any) -> bool:
    return (type(value) is int or type(value) is float) and value >= 0  # a negative one is none


class Draw:
    """A draw whose result is forced: its arguments say what it could have been."""

    __slots__ = ("force", "function", "source", "spot")

    def __init__(self, spot: Spot, source: Source, force: Force, function: Any) -> None:
        self.spot, self.source, self.force, self.function = spot, source, force, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        function, args, kwargs = _whole(self.function, args, kwargs)
        force, occurrence = self.force, self.spot.count
        result = function(*args, **kwargs)
        if occurrence < force.first:
            return result
        if force.edge is not None:
            return edge_of(self.source, force.edge, args, kwargs, result)
        population = _population(args, kwargs)
        found, chosen = force.picked(occurrence, population) if population else (False, None)
        return chosen if found else result


class Named:
    """A temporary file or folder that gets the name that it had in another run: `tempfile` tries that name first."""

    __slots__ = ("force", "function", "spot")

    def __init__(self, spot: Spot, force: Force, function: Any) -> None:
        self.spot, self.force, self.function = spot, force, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        pins, occurrence = self.force.pins or (), self.spot.count
        tempfile: Any = modules["tempfile"]
        wanted = [name for text in texts(pins[occurrence]) if (name := _made_up(text, args, kwargs))] if occurrence < len(pins) else []
        names = tempfile._get_candidate_names()
        tempfile._name_sequence = chain(wanted, names)
        try:
            return self.function(*args, **kwargs)
        finally:
            tempfile._name_sequence = names


def _made_up(path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return the eight characters of a path that were made up; they stand between the prefix and the suffix of the call."""
    name = path.rpartition(sep)[2]
    given = [text for text in (*args, *kwargs.values()) if type(text) is str and text]
    prefix = max((text for text in (*given, "tmp") if name.startswith(text)), key=len, default="")
    suffix = max((text for text in given if name.endswith(text)), key=len, default="")
    rest = name[len(prefix) :]
    candidates = (rest, rest[: len(rest) - len(suffix)])  # what a name ends with by chance may also be the mode of a file
    return next((text for text in candidates if len(text) == _MADE_UP), "")


_MADE_UP = 8


def _population(args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """Return what was drawn from, if it is a list or a tuple; `random` names it "seq" or "population", `secrets` "sequence"."""
    given = [*args[:1], *(kwargs[name] for name in ("seq", "population", "sequence") if name in kwargs)]
    return list(given[0]) if given and (type(given[0]) is list or type(given[0]) is tuple) else []


def set_order(recorder: Recorder, force: Force | None, occurrence: int, seen: Any) -> list[Any] | None:
    """Return the items in a forced order, or None where the set may keep its own."""
    order = None
    if SET_ORDER in recorder.permutations:
        order = as_hashed(list(seen), recorder.permutations[SET_ORDER])
    if force is not None and force.orders is not None:
        order = force.ordered(occurrence, list(seen) if order is None else order)
    return order
