"""`id()` whose numbers are forced: an id belongs to an object only as long as that lives.

"kept" keeps every object alive whose id was asked for, so that no two of them share one. "again" does what the interpreter
is free to do: an object gets the id of one of its class that nobody but us holds any more.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from sys import getrefcount
from time import sleep
from typing import Any

from flakemark.trace.threads import active_threads

__tracebackhide__ = True  # pytest shows no frame of this module

AGAIN = "again"
_PAUSE = 0.005  # seconds; whoever else has an object gets the time to let go of it, on both sides
_MOST = 200  # objects; what is asked for later has the id that it has

_Entry = tuple[Any, int]


class Identities:
    """The objects whose ids were asked for at one site in one run, by their real ids.

    Args:
        what: "kept" or "again".
    """

    def __init__(self, what: str) -> None:
        self.again = what == AGAIN
        self._held: dict[int, _Entry] = {}
        self._followed: list[_Entry] = []  # they stay, or else a third object might really get the id that was given to a second one

    def of(self, value: Any, number: int) -> int:
        """Return the id to be given for an object whose real one is `number`."""
        known = self._held.get(number)
        if known is not None:  # the very same: it cannot have gone meanwhile
            return known[1]
        if len(self._held) + len(self._followed) >= _MOST:
            return number
        if self._held and len(active_threads()) > 1:
            sleep(_PAUSE)
        given = number
        for real, entry in list(self._held.items()) if self.again else ():
            if type(entry[0]) is type(value) and _holders(entry) <= _ALONE:
                given = entry[1]
                self._followed.append(self._held.pop(real))
                break
        self._held[number] = (value, given)
        return given


def _holders(entry: _Entry) -> int:
    return getrefcount(entry[0])


_ALONE = _holders((object(), 0))


class Identity:
    """A call of `id`."""

    __slots__ = ("function", "identities")

    def __init__(self, identities: Identities, function: Any) -> None:
        self.identities, self.function = identities, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        number = self.function(*args, **kwargs)
        return self.identities.of(args[0], number) if len(args) == 1 and type(number) is int else number
