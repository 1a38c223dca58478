"""Known inputs that are handed to a class as the default of a field: `id: UUID = field(default_factory=uuid4)`.

They are called in methods that nobody wrote. The line of the field is the one where such a value enters, so that what is
handed over there is a function that looks at every call.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from flakemark.trace.known.source import CLOCK, DRAW, UNIQUE
from flakemark.trace.recording import RECORDER
from flakemark.trace.sources import recognise
from flakemark.trace.special import OUR_OWN, hand_on

__tracebackhide__ = True  # pytest shows no frame of this module

FACTORIES = frozenset({"default_factory", "factory"})  # the names that dataclasses, attrs and pydantic give such arguments
_ENTERING = frozenset({DRAW, UNIQUE, CLOCK})


def handed(number: int, function: Any) -> Any:
    """Hand over a callable; if it is a known input, a function that calls it and looks at what it gives."""
    try:
        source = recognise(function)
        return function if source is None or source.kind not in _ENTERING else _observed(number, function)
    except OUR_OWN:
        return function
    except Exception as error:  # noqa: BLE001 - only those that come of a value that we do not understand stay here
        hand_on(error)
        return function


def _observed(number: int, function: Any) -> Any:
    values, callees = RECORDER.values, RECORDER.callees

    @wraps(function)
    def made() -> Any:
        __tracebackhide__ = True
        return values[number](number, callees[number](number, function)())

    return made
