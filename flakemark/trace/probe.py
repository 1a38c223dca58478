"""The hot path: observe, force, delay.

Instrumented code calls four functions that live in `builtins`, so that no module's namespace changes:

    __@fm__(site, value)       a value that was just computed and is about to be used
    __@fmc__(site, callee)     a callable that is about to be called
    __@fmi__(site, iterable)   something that is about to be iterated
    __@fma__(site, awaitable)  something that is about to be awaited

Each hands its second argument back, unless an intervention forces something else.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import builtins
from _thread import start_new_thread
from collections.abc import Callable
from itertools import islice
from os import kill
from os.path import dirname, sep
from signal import SIGCONT, SIGSTOP
from time import perf_counter_ns, sleep
from typing import Any

from flakemark.trace import readings
from flakemark.trace.anatomy import instance_attributes
from flakemark.trace.effects import Under, collect_garbage
from flakemark.trace.fingerprint import MAX_TEXT, encode
from flakemark.trace.forcing import Force, has_stable_hash
from flakemark.trace.known.source import FILE
from flakemark.trace.listings import in_order, is_lazy, passing
from flakemark.trace.recording import RECORDER, SITE_CAP, TRACE_CAP, Recorder, Spot, record
from flakemark.trace.sources import CLOCK, DRAW, LISTING, PROCESS, SET_ORDER, SET_POP, SHUFFLE, WAIT, Source, recognise
from flakemark.trace.standins import Draw, Pop, Shuffle, Wait, set_order, without_source
from flakemark.trace.threads import running_loop

# With two underscores: of a module that is taken down, names with one are the first to go.
VALUE, CALLEE, ITERABLE, AWAITED = "__@fm__", "__@fmc__", "__@fmi__", "__@fma__"

_OWN_ORDER = Source("set order", SET_ORDER)
_LARGE = 1 << 62
_LOOKED_AT = 64
# What a probe that runs at the end of the stack, or of the memory, meets is not the test's: it hands its value back and is silent.
_OUR_OWN = (RecursionError, MemoryError)
_FOLDER = dirname(__file__) + sep
__tracebackhide__ = True  # pytest shows no frame of this module: a signal handler may raise while a probe runs


def value(number: int, seen: Any, now: Callable[[], int] = perf_counter_ns) -> Any:
    """Observe a value; hand it, or what it is pinned to, back."""
    recorder = RECORDER
    spot = recorder.spots[number]
    occurrence = spot.count
    spot.count = occurrence + 1
    try:
        if spot.special:
            return _special(recorder, number, spot, occurrence, seen)
        if occurrence < SITE_CAP and len(recorder.events) < TRACE_CAP:
            # By identity: looking a class up would hash it, and a metaclass can have a hash of its own.
            kind = type(seen)
            if kind is str:
                plain = len(seen) <= MAX_TEXT
            elif kind is int:
                plain = -_LARGE < seen < _LARGE
            elif kind is float:
                plain = seen - seen == 0 and seen != 0  # neither infinite nor NaN nor one of the two zeros
            else:
                plain = kind is bool or seen is None
            recorder.events.append((number, recorder.threads.current(), seen if plain else encode(seen), now()))
    except _OUR_OWN:
        pass
    except Exception as error:  # noqa: BLE001 - only those that come of a value that we do not understand stay here
        _hand_on(error)
    return seen


def _hand_on(error: Exception) -> None:
    """Raise what a signal handler raised while a probe ran: it ends in a frame of the test's."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or not trace.tb_frame.f_code.co_filename.startswith(_FOLDER):
        raise error


def _special(recorder: Recorder, number: int, spot: Spot, occurrence: int, seen: Any) -> Any:
    force, source = spot.force, spot.live
    kind = "" if source is None else source.kind
    if kind == LISTING and is_lazy(seen):
        spot.count = occurrence
        return passing(recorder, number, spot, seen)
    if kind == LISTING and type(seen) is list:
        seen = in_order(recorder, force, occurrence, seen)
    elif source is not None and kind in (CLOCK, FILE):
        seen = readings.read(recorder, force, occurrence, source, seen)
    if force is not None and kind not in (SHUFFLE, SET_POP, CLOCK):
        seen = force.pinned(occurrence, seen)
    if kind == SET_POP:
        record(recorder, number, occurrence, ["list", [recorder.full_literal(seen)]])
    elif kind != SHUFFLE:  # recorded by the stand-in, which saw the argument
        record(recorder, number, occurrence, readings.written(recorder, kind, recorder.full_literal(seen)) if kind else encode(seen))
    if force is not None:
        _afterwards(force, source, occurrence, seen)
    return seen


def _afterwards(force: Force, source: Source | None, occurrence: int, seen: Any) -> None:
    if occurrence != force.first:
        return
    if force.delay:
        _delay(source, force.delay, seen)
    if force.collect:
        collect_garbage()


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
    try:
        source, spot = recognise(function), RECORDER.spots[number]
    except _OUR_OWN:
        return function
    except Exception as error:  # noqa: BLE001 - only those that come of a value that we do not understand stay here
        _hand_on(error)
        return function
    if source is None and not spot.special:
        return function
    spot.live = source
    if spot.force is not None and spot.force.under is not None:
        function = Under(*spot.force.under, function)
    if source is None:
        return without_source(spot, function, CALLEE)
    spot.source, spot.special = source, True
    return _stand_in(number, spot, source, function)


def _stand_in(number: int, spot: Spot, source: Source, function: Any) -> Any:
    force = spot.force
    if source.kind == SHUFFLE:
        return Shuffle(number, spot, function)
    if source.kind == SET_POP:
        return Pop(spot, function) if SET_ORDER in RECORDER.permutations or (force is not None and force.orders is not None) else function
    if force is None:
        return function
    if source.kind == WAIT:
        return Wait(source, force, function) if force.stretch else function
    drawn = source.kind == DRAW and (force.edge is not None or force.pins is not None)
    return Draw(spot, source, force, function) if drawn else function


def iterable(number: int, seen: Any) -> Any:
    """Look at something that is going to be iterated: the order of a set is recorded, and can be forced."""
    if (type(seen) is not set and type(seen) is not frozenset) or len(seen) < 2:
        return seen
    try:
        # The first ones speak for all: a loop over a million numbers must not be looked through before it starts.
        if all(has_stable_hash(item) for item in list(islice(seen, _LOOKED_AT))):
            return seen
        return _set(RECORDER, number, seen)
    except _OUR_OWN:
        return seen
    except Exception as error:  # noqa: BLE001 - only those that come of a value that we do not understand stay here
        _hand_on(error)
        return seen


def _set(recorder: Recorder, number: int, seen: Any) -> Any:
    spot = recorder.spots[number]
    spot.source = _OWN_ORDER
    occurrence = spot.count
    spot.count = occurrence + 1
    order = set_order(recorder, spot.force, occurrence, seen)
    record(recorder, number, occurrence, recorder.full_literal(list(seen if order is None else order)))
    return seen if order is None else order


def install() -> None:
    """Put the probes where instrumented code finds them."""
    setattr(builtins, VALUE, value)
    setattr(builtins, CALLEE, callee)
    setattr(builtins, ITERABLE, iterable)
    setattr(builtins, AWAITED, awaited)
