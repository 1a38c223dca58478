"""Readings of clocks: put forward, put back, and written down.

A moment is recorded together with the seconds since the test began: ["clock", literal, seconds]. Put back as it is, one
that was recorded an hour ago would lie an hour before the readings around it; so it is put back relative to the beginning.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from typing import Any

from flakemark.events import Literal
from flakemark.trace.anatomy import type_name
from flakemark.trace.forcing import Force, moved
from flakemark.trace.known.clocks import TIMESTAMPS, time_is_travelled
from flakemark.trace.known.source import CLOCK, FILE, PID, TEMPORARY, Source
from flakemark.trace.moments import moved_struct
from flakemark.trace.rebuild import NotPinnable, decode
from flakemark.trace.recording import Recorder
from flakemark.trace.ticks import Own

__tracebackhide__ = True  # pytest shows no frame of this module

NEAR = 600.0  # seconds: a reading that was recorded in the same session is put back digit by digit


def read(recorder: Recorder, force: Force | None, occurrence: int, source: Source, seen: Any) -> Any:
    """Return what a clock shows under what is forced; a clock that the test has put somewhere itself stays there."""
    if time_is_travelled():
        return seen
    seen = moved(recorder.moment, force, source, seen)
    if source.kind == FILE:
        return seen
    if force is not None and force.advance and occurrence == force.first:
        recorder.advanced += force.advance
    if recorder.advanced:
        seen = _later(source.name, seen, recorder.advanced)
    if force is None or force.pins is None or occurrence >= len(force.pins):
        return seen
    return _put_back(source.name, seen, force.pins[occurrence], elapsed(recorder))


def elapsed(recorder: Recorder) -> float:
    """Seconds since the test began."""
    return (Own.now() - recorder.began) / 1e9


def written(recorder: Recorder, kind: str, literal: Literal) -> Literal:
    """Complete the literal of a source's value: a clock's moment in the test; that a fresh file, or a process, is gone after the run."""
    if kind == CLOCK:
        return ["clock", literal, round(elapsed(recorder), 6)] if _is_moment(literal) and not time_is_travelled() else literal
    return ["held", literal] if kind in (TEMPORARY, PID) else literal


def _is_moment(literal: Literal) -> bool:
    """Whether a reading is another one in every run; days and texts often are not, and nothing of theirs is to differ then."""
    kind = type(literal)
    return kind is float or kind is int or (kind is list and literal[:2] in _MOMENTS) or (kind is list and literal[0] == "datetime")


_MOMENTS = (["made", "datetime.datetime"], *(["obj", name] for name in TIMESTAMPS))


def _later(name: str, seen: Any, seconds: float) -> Any:
    """Put a reading forward; one of an unknown type stays as it is."""
    kind = type(seen)
    if kind is float:
        return seen + seconds
    if kind is int:
        return seen + int(seconds * 1e9)
    if kind is Own.datetime or kind is Own.date or type_name(kind) in TIMESTAMPS:
        return seen + Own.timedelta(seconds=seconds)
    return moved_struct(name, seen, seconds) if type_name(kind) == "time.struct_time" else seen


def _put_back(name: str, seen: Any, literal: Literal, now: float) -> Any:
    try:
        recorded = decode(literal)
        distance = _distance(recorded, seen)
    except (NotPinnable, TypeError, OverflowError):  # readings of different kinds, one with a time zone and one without
        return seen
    if distance is None or abs(distance) <= NEAR or type(literal) is not list or literal[0] != "clock" or type(literal[2]) is not float:
        return recorded
    return _later(name, seen, literal[2] - now)


def _distance(recorded: Any, seen: Any) -> float | None:
    """Return the seconds between two readings; None where a shift would say nothing: days, texts."""
    kind = type(recorded)
    if kind is not type(seen):
        return None
    if kind is float:
        return float(seen - recorded)
    if kind is int:
        return float((seen - recorded) / 1e9)
    return float((seen - recorded).total_seconds()) if kind is Own.datetime else None
