"""The hot path: what runs at every probe of instrumented code.

Instrumented code reaches the probes through `builtins`, so that no module's namespace changes:

    __@fm__[site](site, value)     a value that was just computed and is about to be used
    __@fmc__[site](site, callee)   a callable that is about to be called
    __@fmp__[site]                 whether neither of them is to be asked any more
    __@fmi__[site](site, iterable) something that is about to be iterated
    __@fma__(site, awaitable)      something that is about to be awaited
    __@fmh__(site, callable)       a callable that is handed to a class as the default of a field
    __@fme__()                     the body of a coroutine begins

Each hands its second argument back, unless an intervention forces something else. Those with an index are lists with a
callable for each site: a site that has recorded enough gets `spots.PASS`, which costs a call in C; where the expression
is a small one (see `bypass`), not even that.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from flakemark.trace.fingerprint import encode
from flakemark.trace.glance import LARGE, TEXT, glance
from flakemark.trace.handed import handed
from flakemark.trace.recording import RECORDER
from flakemark.trace.special import CALLEE, OUR_OWN, awaited, hand_on
from flakemark.trace.special import value as closely
from flakemark.trace.spots import PASS, Probe
from flakemark.trace.threads import running_loop, watch
from flakemark.trace.ticks import Own

__all__ = ["AWAITED", "CALLEE", "ENTERED", "HANDED", "ITERABLE", "PASSED", "VALUE", "install"]
# With two underscores: of a module that is taken down, names with one are the first to go.
VALUE, PASSED, ITERABLE, AWAITED, ENTERED, HANDED = "__@fm__", "__@fmp__", "__@fmi__", "__@fma__", "__@fme__", "__@fmh__"

__tracebackhide__ = True  # pytest shows no frame of this module: a signal handler may raise while a probe runs


def _observer(look: Callable[[Any], Any]) -> Probe:  # noqa: C901 - a call of a helper costs as much as all of it
    """Make a probe of values; what is no plain scalar is shown as `look` shows it."""
    left, exhausted, append, threads = RECORDER.left, RECORDER.exhausted, RECORDER.events.extend, RECORDER.threads
    now = Own.now
    large, small = LARGE, -LARGE

    def value(number: int, seen: Any) -> Any:
        try:
            left[number] = rest = left[number] - 1
            if rest <= 0 and exhausted(number):
                return closely(number, seen)
            # By identity: looking a class up would hash it, and a metaclass can have a hash of its own.
            kind = type(seen)
            if seen is None or kind is bool:
                plain = True
            elif kind is str:
                plain = len(seen) <= TEXT
            elif kind is int:
                plain = small < seen < large
            else:
                plain = kind is float and seen - seen == 0 != seen  # neither infinite nor NaN nor one of the two zeros
            shown = seen if plain else look(seen)
            if threads.several:
                append((-1 - threads.current(), now(), number, shown))
            else:
                append((number, shown))
        except OUR_OWN:
            pass
        except Exception as error:  # noqa: BLE001 - only those that come of a value that we do not understand stay here
            hand_on(error)
        return seen

    return value


def _once() -> Probe:
    """Make a probe that observes one value, and has the site passed by from then on; all in one, as above."""
    spots, values, callees, passed = RECORDER.spots, RECORDER.values, RECORDER.callees, RECORDER.passed
    used_up, append, threads = RECORDER.used_up, RECORDER.events.extend, RECORDER.threads
    now, large, small = Own.now, LARGE, -LARGE

    def value(number: int, seen: Any) -> Any:
        try:
            if number in spots:
                return closely(number, seen)
            values[number] = PASS
            passed[number] = callees[number] is PASS
            kind = type(seen)
            plain = seen is None or kind is bool or (kind is str and len(seen) <= TEXT) or (kind is int and small < seen < large)
            shown = seen if plain else glance(seen)
            if threads.several:
                append((-1 - threads.current(), now(), number, shown))
            else:
                append((number, shown))
        except OUR_OWN:
            used_up.append(number)  # no event says that it has to be put back
        except Exception as error:  # noqa: BLE001 - as above
            used_up.append(number)
            hand_on(error)
        return seen

    return value


def _entered() -> None:
    """Notice that a coroutine runs: there may be other tasks."""
    if not RECORDER.threads.several and running_loop() is not None:
        RECORDER.threads.notice()


RECORDER.probes.usual = _observer(glance)
RECORDER.probes.detailed = _observer(encode)
RECORDER.probes.once = _once()


def install() -> None:
    """Put the probes where instrumented code finds them."""
    watch(RECORDER.threads)
    setattr(builtins, VALUE, RECORDER.values)
    setattr(builtins, CALLEE, RECORDER.callees)
    setattr(builtins, PASSED, RECORDER.passed)
    setattr(builtins, ITERABLE, RECORDER.iterables)
    setattr(builtins, AWAITED, awaited)
    setattr(builtins, ENTERED, _entered)
    setattr(builtins, HANDED, handed)
