"""Sites that are looked at closely: those where a known source is called, and those where something is forced.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from _thread import start_new_thread
from itertools import islice
from os import kill
from os.path import dirname, sep
from signal import SIGCONT, SIGSTOP
from time import sleep
from typing import Any
from weakref import WeakSet

from flakemark.trace import readings
from flakemark.trace.anatomy import instance_attributes
from flakemark.trace.completion import Completion
from flakemark.trace.effects import Under, collect_garbage
from flakemark.trace.fingerprint import encode
from flakemark.trace.forcing import Force, has_stable_hash
from flakemark.trace.identity import Identity
from flakemark.trace.known.source import FILE
from flakemark.trace.listings import in_order, is_lazy, passing
from flakemark.trace.recording import LIGHT_SOURCE_CAP, RECORDER, SOURCE_CAP, Recorder, record
from flakemark.trace.sources import (
    CLOCK,
    COMPLETION,
    DRAW,
    LISTING,
    PROCESS,
    SET_ORDER,
    SET_POP,
    SHUFFLE,
    TEMPORARY,
    WAIT,
    Source,
    recognise,
)
from flakemark.trace.spots import Spot
from flakemark.trace.standins import Draw, Named, Pop, Shuffle, Wait, set_order, without_source
from flakemark.trace.threads import running_loop

CALLEE = "__@fmc__"  # under this name instrumented code finds what looks at its callees
_OWN_ORDER = Source("set order", SET_ORDER)
_OF_THEIR_ARGUMENTS = frozenset({SHUFFLE, SET_POP, COMPLETION})
_LOOKED_AT = 64
# What a probe that runs at the end of the stack, or of the memory, meets is not the test's: it hands its value back and is silent.
OUR_OWN = (RecursionError, MemoryError)
_FOLDER = dirname(__file__) + sep
__tracebackhide__ = True  # pytest shows no frame of this module: a signal handler may raise while a probe runs


def value(number: int, seen: Any) -> Any:
    """Observe a value closely; hand it, or what it is pinned to, back."""
    recorder = RECORDER
    spot = recorder.spots.get(number)
    if spot is None:  # a thread of an earlier run
        return seen
    occurrence = spot.count
    spot.count = occurrence + 1
    try:
        if spot.force is None and spot.live is not None and spot.live.kind == DRAW:  # by far the most frequent
            if occurrence < SOURCE_CAP:
                record(recorder, number, occurrence, recorder.full_literal(seen))
            return seen
        return _observed(recorder, number, spot, occurrence, seen)
    except OUR_OWN:
        return seen
    except Exception as error:  # noqa: BLE001 - only those that come of a value that we do not understand stay here
        hand_on(error)
        return seen


def hand_on(error: Exception) -> None:
    """Raise what a signal handler raised while a probe ran: it ends in a frame of the test's."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or not trace.tb_frame.f_code.co_filename.startswith(_FOLDER):
        raise error


def _observed(recorder: Recorder, number: int, spot: Spot, occurrence: int, seen: Any) -> Any:
    force, source = spot.force, spot.live
    kind = "" if source is None else source.kind
    if kind == LISTING and is_lazy(seen):
        spot.count = occurrence
        return passing(recorder, number, spot, seen)
    if kind == LISTING and type(seen) is list:
        seen = in_order(recorder, force, occurrence, seen)
    elif source is not None and kind in (CLOCK, FILE):
        seen = readings.read(recorder, force, occurrence, source, seen)
    if force is not None and kind not in (SHUFFLE, SET_POP, CLOCK, COMPLETION, TEMPORARY):
        seen = force.pinned(occurrence, seen)
    if kind == SET_POP:
        record(recorder, number, occurrence, ["list", [recorder.full_literal(seen)]])
    elif kind not in (SHUFFLE, COMPLETION):  # recorded by the stand-in, which saw the arguments
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
    if force.leave:
        _leave()


def _leave() -> None:
    """End the test as a skipped one ends: what `except Exception` guards does not see it, and its fixtures are torn down."""
    from _pytest.outcomes import Skipped

    raise Skipped("it was to end here")


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
    spot, threads = recorder.spots.get(number), recorder.threads
    force = None if spot is None else spot.force
    after = force.delay if spot is not None and force is not None and spot.count == force.first else 0.0
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
    if RECORDER.threads.holds:
        RECORDER.threads.current()  # a thread that is to begin later must not have called anything by then
    try:
        source = recognise(function)
    except OUR_OWN:
        return function
    except Exception as error:  # noqa: BLE001 - only those that come of a value that we do not understand stay here
        hand_on(error)
        return function
    spot = RECORDER.spots.get(number)
    if source is None:
        return _no_source(number, spot, function)
    spot = spot or RECORDER.spot(number)
    spot.source = spot.live = source
    if spot.force is None and source.kind not in _OF_THEIR_ARGUMENTS:
        return function
    return _stand_in(number, spot, source, _placed(spot, function))


def _no_source(number: int, spot: Spot | None, function: Any) -> Any:
    if spot is None:
        RECORDER.looked(number)
        return function
    spot.live = None
    function = _placed(spot, function)
    return without_source(spot, function, CALLEE)


def _placed(spot: Spot, function: Any) -> Any:
    return function if spot.force is None or spot.force.under is None else Under(*spot.force.under, function)


def _stand_in(number: int, spot: Spot, source: Source, function: Any) -> Any:
    force = spot.force
    if source.kind == SHUFFLE:
        return Shuffle(number, spot, function)
    if source.kind == SET_POP:
        return Pop(spot, function) if SET_ORDER in RECORDER.permutations or (force is not None and force.orders is not None) else function
    if source.kind == COMPLETION:
        return Completion(number, spot, Wait(source, force, function) if force is not None and force.stretch else function)
    if force is None:
        return function
    if force.identities is not None and source.name == "id":
        return Identity(force.identities, function)
    if source.kind == WAIT:
        return Wait(source, force, function) if force.stretch else function
    if source.kind == TEMPORARY:
        return Named(spot, force, function) if force.pins is not None else function
    drawn = source.kind == DRAW and (force.edge is not None or force.pins is not None)
    return Draw(spot, source, force, function) if drawn else function


def iterable(number: int, seen: Any) -> Any:
    """Look at something that is going to be iterated: the order of a set is recorded, and can be forced."""
    kind = type(seen)
    if (kind is not set and kind is not frozenset and kind is not WeakSet) or len(seen) < 2:
        return seen
    try:
        # The first ones speak for all: a loop over a million numbers must not be looked through before it starts.
        for item in list(islice(seen, _LOOKED_AT)):
            if type(item) is not int and not has_stable_hash(item):
                return _set(RECORDER, number, seen)
        return seen
    except OUR_OWN:
        return seen
    except Exception as error:  # noqa: BLE001 - only those that come of a value that we do not understand stay here
        hand_on(error)
        return seen


def orderless(number: int, seen: Any) -> Any:
    """Look at something that is going to be iterated, in a session: a site that goes through other things again and again is passed by."""
    kind = type(seen)
    if kind is set or kind is frozenset or kind is WeakSet:
        return iterable(number, seen)
    RECORDER.rounds[number] = left = RECORDER.rounds[number] - 1
    if left <= 0:
        RECORDER.has_no_order(number)
    return seen


def _set(recorder: Recorder, number: int, seen: Any) -> Any:
    spot = recorder.spot(number)
    spot.source = _OWN_ORDER
    occurrence = spot.count
    spot.count = occurrence + 1
    if recorder.light and occurrence >= LIGHT_SOURCE_CAP:
        return seen  # a session forces nothing
    order = set_order(recorder, spot.force, occurrence, seen)
    record(recorder, number, occurrence, recorder.full_literal(list(seen if order is None else order)))
    return seen if order is None else order


RECORDER.probes.special, RECORDER.probes.callee = value, callee
RECORDER.probes.iterable, RECORDER.probes.orderless = iterable, orderless
