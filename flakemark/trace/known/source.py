"""What is known of a nondeterministic input or of a wait.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

__tracebackhide__ = True  # pytest shows no frame of this module

# Inputs: they can give something else in another run.
DRAW, SHUFFLE, UNIQUE = "draw", "shuffle", "unique"
SET_ORDER, SET_POP, LISTING, COMPLETION = "set_order", "set_pop", "listing", "completion"
CLOCK, ENVIRONMENT, LOCALE, NETWORK, MEMORY = "clock", "environment", "locale", "network", "memory"
# Named in the trace, but not suspected before others: a clock that stands, a fresh file (it can get its name again), the number of
# a process (put back only where nobody sends signals: it would be somebody else's), the state of files and of threads.
FROZEN, TEMPORARY, PID, FILE, THREADS = "frozen", "temporary", "pid", "file", "threads"
# Waits with a limit, waits for ever, and what starts something.
WAIT, BLOCK, START, PROCESS = "wait", "block", "start", "process"

Edges = Callable[[Sequence[Any], dict[str, Any]], list[Any]]


class Source(NamedTuple):
    """A known input, or a known wait.

    Attributes:
        name: e.g. "random.randint".
        kind: one of this module's constants.
        edges: the extreme values that a call with these arguments could return, likeliest troublemakers first.
        limit: for a wait (also for work to be complete), the position of the argument that says how long.
        per_second: for a wait, how many units of its limit are a second.
    """

    name: str
    kind: str
    edges: Edges | None = None
    limit: int = 0
    per_second: int = 1


def rows(kind: str, names: Iterable[str]) -> dict[str, Source]:
    """Make rows of a table: each name is "key" or "key=name for people"; without one, the key is shown."""
    split = (name.partition("=") for name in names)
    return {key: Source(shown or key, kind) for key, _, shown in split}
