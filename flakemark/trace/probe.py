"""The hot path: observe, force, delay.

Instrumented code calls four functions that live in `builtins`, so that no module's namespace changes:

    _@fm(site, value)       a value that was just computed and is about to be used
    _@fmc(site, callee)     a callable that is about to be called
    _@fmi(site, iterable)   something that is about to be iterated
    _@fma(site, awaitable)  something that is about to be awaited

Each hands its second argument back, unless an intervention forces something else.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import builtins
from _thread import RLock, start_new_thread
from os import kill
from signal import SIGCONT, SIGSTOP
from time import perf_counter_ns, sleep
from types import CoroutineType
from typing import Any

from flakemark.trace.fingerprint import MAX_TEXT, encode, instance_attributes
from flakemark.trace.forcing import Force, has_stable_hash, literal_of, permuted
from flakemark.events import Literal, Site, TracedSite
from flakemark.trace.format import write_trace
from flakemark.trace.sites import SiteTable
from flakemark.trace.sources import CLOCK, LISTING, PROCESS, SET_ORDER, SET_POP, SHUFFLE, WAIT, Source, recognise
from flakemark.trace.threads import Threads, running_loop

VALUE, CALLEE, ITERABLE, AWAITED = "_@fm", "_@fmc", "_@fmi", "_@fma"
SITE_CAP = 400
SOURCE_CAP = 50_000
TRACE_CAP = 400_000

Event = tuple[int, int, Literal, int]  # site number, logical thread, literal, nanoseconds

_QUICK = frozenset({int, float, bool, type(None)})
_SETS = frozenset({set, frozenset})
_OWN_ORDER = Source("set order", SET_ORDER)


class Spot:
    """The state of one site during one run."""

    __slots__ = ("cap", "count", "force", "source", "special")

    def __init__(self) -> None:
        self.count = 0
        self.cap = SITE_CAP
        self.source: Source | None = None
        self.force: Force | None = None
        self.special = False


class Recorder:
    """Everything that one process records and forces; `start` begins a run."""

    def __init__(self) -> None:
        self.table = SiteTable()
        self.spots: list[Spot] = []
        self.events: list[Event] = []
        self.threads = Threads()
        self.permutations: dict[str, int] = {}
        self.unbound: dict[str, Force] = {}
        self.advanced = 0.0

    def add_site(self, site: Site) -> int:
        """Number a site, and bind the forces that wait for it."""
        number = self.table.add(site)
        spot = Spot()
        force = self.unbound.pop(self.table.sites[number].key, None)
        if force is not None:
            spot.force, spot.special = force, True
        self.spots.append(spot)
        return number

    def start(self, forces: list[dict[str, Any]], *, keep: bool = False) -> None:
        """Begin a run under these forces; with `keep` what was recorded so far (import, collection) stays."""
        if not keep:
            self.events.clear()
            for spot in self.spots:
                spot.count, spot.force, spot.special = 0, None, spot.source is not None
            self.threads = Threads()
        for spec in forces:
            self._take(spec)

    @property
    def dropped(self) -> int:
        """How many evaluations were counted but not recorded."""
        return sum(spot.count for spot in self.spots) - len(self.events)

    def write(self, path: str) -> None:
        """Write what was recorded; only sites that were reached are named."""
        reached = [number for number, spot in enumerate(self.spots) if spot.count]
        places = {number: place for place, number in enumerate(reached)}
        events = [(places[number], thread, literal, moment) for number, thread, literal, moment in list(self.events)]
        write_trace(path, [self._traced(number) for number in reached], self.threads.names, events, self.dropped)

    def _traced(self, number: int) -> TracedSite:
        """Describe a site together with the known source that was seen there."""
        source = self.spots[number].source
        return TracedSite(self.table.sites[number], source.kind if source else "", source.name if source else "")

    def _take(self, spec: dict[str, Any]) -> None:
        if spec["kind"] == "permute":
            self.permutations[spec["what"]] = int(spec["seed"])
            return
        if spec["kind"] == "hold":
            self.threads.holds[spec["what"]] = float(spec["seconds"])
            return
        number = self.table.numbers.get(spec["site"])
        if number is None:
            self.unbound.setdefault(spec["site"], Force()).add(spec)
            return
        spot = self.spots[number]
        spot.force = spot.force or Force()
        spot.force.add(spec)
        spot.special = True


RECORDER = Recorder()


def value(number: int, seen: Any) -> Any:
    """Observe a value; hand it, or what it is pinned to, back."""
    recorder = RECORDER
    spot = recorder.spots[number]
    occurrence = spot.count
    spot.count = occurrence + 1
    if spot.special:
        return _special(recorder, number, spot, occurrence, seen)
    if occurrence < SITE_CAP and len(recorder.events) < TRACE_CAP:
        kind = type(seen)
        plain = kind in _QUICK or (kind is str and len(seen) <= MAX_TEXT)
        recorder.events.append((number, recorder.threads.current(), seen if plain else encode(seen), perf_counter_ns()))
    return seen


def _special(recorder: Recorder, number: int, spot: Spot, occurrence: int, seen: Any) -> Any:
    source, force = spot.source, spot.force
    if source is not None and source.kind in (SHUFFLE, SET_POP):
        return seen  # recorded by the wrapper, which saw the argument
    if source is not None and source.kind == LISTING:
        seen = _listing(recorder, force, occurrence, seen)
    elif source is not None and source.kind == CLOCK:
        seen = _clock(recorder, force, occurrence, seen)
    if force is not None:
        seen = force.pinned(occurrence, seen)
    shown = seen.items if type(seen) is _Listed else seen
    _record(recorder, number, occurrence, literal_of(shown) if source is not None else encode(shown))
    if force is not None and force.delay and occurrence == force.first:
        _delay(source, force.delay, seen)
    return iter(seen.items) if type(seen) is _Listed else seen


def _delay(source: Source | None, seconds: float, seen: Any) -> None:
    if source is not None and source.kind == PROCESS:
        _stop_process(seen, seconds)
    elif running_loop() is None:  # inside of a loop the delay is awaited, see `awaited`
        sleep(seconds)


def _stop_process(process: Any, seconds: float) -> None:
    """Let a process that was just started go on only after some seconds."""
    pid = dict(instance_attributes(process)).get("pid")
    if type(pid) is not int or pid <= 1:
        return

    def go_on() -> None:
        sleep(seconds)
        _signal(pid, SIGCONT)

    _signal(pid, SIGSTOP)
    start_new_thread(go_on, ())


def _signal(pid: int, number: int) -> None:
    try:
        kill(pid, number)
    except OSError:  # it is over already
        return


def _record(recorder: Recorder, number: int, occurrence: int, literal: Literal) -> None:
    if occurrence < SOURCE_CAP and len(recorder.events) < TRACE_CAP:
        recorder.events.append((number, recorder.threads.current(), literal, perf_counter_ns()))


class _Listed:
    """A listing that came as an iterator: read to its end, to be handed on as an iterator again."""

    __slots__ = ("items",)

    def __init__(self, items: list[Any]) -> None:
        self.items = items


def _listing(recorder: Recorder, force: Force | None, occurrence: int, seen: Any) -> Any:
    as_list = type(seen) is list
    items = list(seen)
    if LISTING in recorder.permutations:
        items = permuted(items, recorder.permutations[LISTING])
    if force is not None:
        items = force.ordered(occurrence, items)
    return items if as_list else _Listed(items)


def _clock(recorder: Recorder, force: Force | None, occurrence: int, seen: Any) -> Any:
    if force is not None and force.advance and occurrence == force.first:
        recorder.advanced += force.advance
    return _ahead(seen, recorder.advanced) if recorder.advanced else seen


def _ahead(seen: Any, seconds: float) -> Any:
    """Put a clock reading forward; a reading of an unknown type stays as it is."""
    if type(seen) is float:
        return seen + seconds
    if type(seen) is int:
        return seen + int(seconds * 1e9)
    kind = type(seen)
    if kind.__module__ == "datetime" and kind.__name__ in ("datetime", "date"):
        from datetime import timedelta

        return seen + timedelta(seconds=seconds)
    return seen


def awaited(number: int, seen: Any) -> Any:
    """Look at something that is going to be awaited; hand it back, or something that takes longer."""
    recorder = RECORDER
    force, threads = recorder.spots[number].force, recorder.threads
    after = force.delay if force is not None and recorder.spots[number].count == force.first else 0.0
    before = threads.held_tasks.pop(threads.current(), 0.0) if threads.holds else 0.0
    return _later(seen, before, after) if (before or after) and running_loop() is not None else seen


async def _later(seen: Any, before: float, after: float) -> Any:
    from asyncio import sleep as pause

    if before:
        await pause(before)
    result = await seen
    if after:
        await pause(after)
    return result


def callee(number: int, function: Any) -> Any:
    """Look at what is going to be called; hand it back, or a stand-in where its arguments matter."""
    source = recognise(function)
    spot = RECORDER.spots[number]
    if source is None:
        return _Locked(function) if spot.force is not None and spot.force.lock else function
    spot.source, spot.special = source, True
    if source.kind == SHUFFLE:
        return _Shuffle(number, spot, function)
    if source.kind == SET_POP:
        return _Pop(number, spot, function)
    if source.kind == WAIT:
        return _Wait(spot, function) if spot.force is not None and spot.force.stretch else function
    if spot.force is not None and (spot.force.edge is not None or spot.force.pins is not None):
        return _Draw(spot, function)
    return function


class _Shuffle:
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
        _record(RECORDER, self.number, occurrence, literal_of(list(items)))
        return result


class _Pop:
    """set.pop: which item comes out depends on hashes."""

    __slots__ = ("function", "number", "spot")

    def __init__(self, number: int, spot: Spot, function: Any) -> None:
        self.number, self.spot, self.function = number, spot, function

    def __call__(self) -> Any:
        items, force = self.function.__self__, self.spot.force
        order = _set_order(RECORDER, force, self.spot.count, items)
        if order is None:
            chosen = self.function()
        else:
            chosen = order[0]
            items.remove(chosen)
        _record(RECORDER, self.number, self.spot.count, ["list", [literal_of(chosen)]])
        return chosen


class _Locked:
    """A call that only one thread, or one task, makes at a time: the lock that a maintainer would add."""

    __slots__ = ("function",)

    def __init__(self, function: Any) -> None:
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with _LOCK:
            result = self.function(*args, **kwargs)
        return _one_at_a_time(result) if type(result) is CoroutineType else result


async def _one_at_a_time(coroutine: Any) -> Any:
    global _ASYNC_LOCK
    if _ASYNC_LOCK is None:
        from asyncio import Lock

        _ASYNC_LOCK = Lock()
    async with _ASYNC_LOCK:
        return await coroutine


_LOCK = RLock()
_ASYNC_LOCK: Any = None


class _Wait:
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


class _Draw:
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


def iterable(number: int, seen: Any) -> Any:
    """Look at something that is going to be iterated: the order of a set is recorded, and can be forced."""
    if type(seen) not in _SETS or len(seen) < 2:
        return seen
    if all(has_stable_hash(item) for item in list(seen)):
        return seen
    recorder = RECORDER
    spot = recorder.spots[number]
    spot.source = _OWN_ORDER
    occurrence = spot.count
    spot.count = occurrence + 1
    order = _set_order(recorder, spot.force, occurrence, seen)
    _record(recorder, number, occurrence, literal_of(list(seen if order is None else order)))
    return seen if order is None else order


def _set_order(recorder: Recorder, force: Force | None, occurrence: int, seen: Any) -> list[Any] | None:
    """Return the items in a forced order, or None where the set may keep its own."""
    order = None
    if SET_ORDER in recorder.permutations:
        order = permuted(list(seen), recorder.permutations[SET_ORDER])
    if force is not None and force.orders is not None:
        order = force.ordered(occurrence, list(seen) if order is None else order)
    return order


def install() -> None:
    """Put the probes where instrumented code finds them."""
    setattr(builtins, VALUE, value)
    setattr(builtins, CALLEE, callee)
    setattr(builtins, ITERABLE, iterable)
    setattr(builtins, AWAITED, awaited)
