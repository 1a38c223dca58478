"""The nouns of a trace: sites, events, and values as literals.

Shared by the recorder inside the test process and by the stages that compare traces outside of it.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

Literal = Any  # JSON: None, bool, int, float, str, or a list that starts with a tag
# What cannot be put back: objects, values that were cut, code, secrets, and files that are gone when the run is over.
LOST = frozenset({"obj", "cut", "fn", "class", "module", "held", "redacted"})


def is_whole(literal: Literal) -> bool:
    """Whether a literal holds everything that its value was made of, so that the value can be put back; O(size)."""
    if type(literal) is not list:
        return True
    match literal:
        case ["dict", [*pairs]] | ["made", str(), [*pairs]]:
            return all(type(pair) is list and len(pair) == 2 and all(map(is_whole, pair)) for pair in pairs)
        case ["list" | "tuple" | "set" | "frozenset", [*items]]:
            return all(map(is_whole, items))
        case ["clock", value, *_]:
            return is_whole(value)
        case [str(tag), *_]:
            return tag not in LOST
        case _:
            return False


def texts(literal: Literal) -> Iterator[str]:
    """Yield the texts in a literal, its tags among them."""
    if type(literal) is str:
        yield literal
    elif type(literal) is list:
        for item in literal:
            yield from texts(item)


class Site(NamedTuple):
    """One probed expression.

    Attributes:
        key: "file:line:column:kind", the same in every process that loads the same source.
        file: relative to the project root, forward slashes.
        line, end_line: 1-based, of the expression.
        function: qualified name of the enclosing function or class, "<module>" outside of both.
        kind: "call", "store", "augment", "return", "branch", "await", "compare" or "iterate".
        callee: name of what is called or used, "" where it has none.
        loops: lines of the loops and comprehensions around it in the same function, outermost first, separated by spaces; "" outside of
            any, and in traces whose recorder did not say.
    """

    key: str
    file: str
    line: int
    end_line: int
    function: str
    kind: str
    callee: str
    loops: str = ""


class TracedSite(NamedTuple):
    """A site that was reached, and the known source that was found there.

    Attributes:
        source_kind: one of flakemark.trace.sources' kinds, "" where no known source was called.
        source_name: e.g. "random.randint", "" likewise.
        full: whether it had as many evaluations as are recorded, so that there may have been more.
    """

    site: Site
    source_kind: str
    source_name: str
    full: bool = False


# Kinds of sources whose result can differ from run to run; the others wait for something or start something.
INPUTS = frozenset({
    "draw", "shuffle", "set_pop", "set_order", "listing", "completion", "clock", "unique", "environment", "locale", "network", "memory",
})  # fmt: skip

# Names and numbers of what is gone after the run; they are only put back where nothing else decides.
MADE_FOR_A_RUN = frozenset({"temporary", "pid"})

# Clocks that tell the date: the others start anywhere, and nobody waits a day between two of their readings.
WALL_CLOCKS = frozenset({
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.strftime", "time.ctime",
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
})  # fmt: skip


class TraceEvent(NamedTuple):
    """One evaluation of a site, in order of completion.

    Attributes:
        site: index into `Trace.sites`.
        thread: index into `Trace.threads`.
        literal: the value's fingerprint.
        nanoseconds: monotonic clock of the process that ran the test.
    """

    site: int
    thread: int
    literal: Literal
    nanoseconds: int


class Trace(NamedTuple):
    """One run: its sites, its logical threads, its events in global order.

    Attributes:
        dropped: evaluations that are not among the events.
        flow: whether only the flow of control had probes.
    """

    sites: tuple[TracedSite, ...]
    threads: tuple[str, ...]
    events: tuple[TraceEvent, ...]
    dropped: int = 0
    flow: bool = False


EMPTY = Trace((), (), ())  # of a run that nobody traced
