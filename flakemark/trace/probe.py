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
from _thread import start_new_thread
from os import kill
from signal import SIGCONT, SIGSTOP
from time import perf_counter_ns, sleep
from typing import Any

from flakemark.trace.fingerprint import MAX_TEXT, encode, instance_attributes
from flakemark.trace.forcing import Force, has_stable_hash, literal_of, permuted
from flakemark.trace.recording import RECORDER, SITE_CAP, TRACE_CAP, Recorder, Spot, record
from flakemark.trace.sources import CLOCK, LISTING, PROCESS, SET_ORDER, SET_POP, SHUFFLE, WAIT, Source, recognise
from flakemark.trace.standins import Draw, Locked, Pop, Shuffle, Wait, set_order
from flakemark.trace.threads import running_loop

VALUE, CALLEE, ITERABLE, AWAITED = "_@fm", "_@fmc", "_@fmi", "_@fma"

_QUICK = frozenset({int, float, bool, type(None)})
_SETS = frozenset({set, frozenset})
_OWN_ORDER = Source("set order", SET_ORDER)


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
    record(recorder, number, occurrence, literal_of(shown) if source is not None else encode(shown))
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
        return Locked(function) if spot.force is not None and spot.force.lock else function
    spot.source, spot.special = source, True
    if source.kind == SHUFFLE:
        return Shuffle(number, spot, function)
    if source.kind == SET_POP:
        return Pop(number, spot, function)
    if source.kind == WAIT:
        return Wait(spot, function) if spot.force is not None and spot.force.stretch else function
    if spot.force is not None and (spot.force.edge is not None or spot.force.pins is not None):
        return Draw(spot, function)
    return function


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
    order = set_order(recorder, spot.force, occurrence, seen)
    record(recorder, number, occurrence, literal_of(list(seen if order is None else order)))
    return seen if order is None else order


def install() -> None:
    """Put the probes where instrumented code finds them."""
    setattr(builtins, VALUE, value)
    setattr(builtins, CALLEE, callee)
    setattr(builtins, ITERABLE, iterable)
    setattr(builtins, AWAITED, awaited)
