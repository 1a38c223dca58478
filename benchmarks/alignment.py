"""How many events per second does the alignment pair?

    python -m benchmarks.alignment [EVENTS]

Two traces as a real pair of runs leaves them: a test that works through orders in nested loops, with helpers, branches and a recursive
part. The second run differs in one way per row. Prints a table; an event counts once per side, times are CPU times.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flakemark.align import align, interleavings, timings
from flakemark.events import Literal, Site, Trace, TracedSite, TraceEvent

EVENTS = 200_000
REPEATS = 3


def drawn(seed: float) -> random.Random:
    """Return a generator that draws the same for every measurement."""
    return random.Random(seed)  # noqa: S311 - nothing is kept secret


@dataclass
class Run:
    """Writes down what a program does.

    Attributes:
        odds: how likely this run does something else, by what it does: "value", "block", "round", "depth".
        loops: whether its sites say which loops are around them.
        events, sites, threads: what it leaves behind.
    """

    odds: dict[str, float]
    loops: bool = True
    events: list[TraceEvent] = field(default_factory=list)
    sites: dict[tuple[str, int], int] = field(default_factory=dict)
    traced: list[TracedSite] = field(default_factory=list)
    threads: dict[str, int] = field(default_factory=lambda: {"main": 0})
    thread: int = 0
    other: random.Random = field(default_factory=lambda: drawn(7))

    def at(self, function: str, line: int, value: Literal, loops: str = "", callee: str = "") -> None:
        """Write one event down."""
        number = self.sites.get((function, line))
        if number is None:
            file, kind = f"pkg/{function[0]}.py", "call" if callee else "store"
            site = Site(f"{file}:{line}:8:{kind}", file, line, line, function, kind, callee, loops if self.loops else "")
            number = self.sites[function, line] = len(self.traced)
            self.traced.append(TracedSite(site, "", ""))
        changed = -1 if self.differs("value") else value
        self.events.append(TraceEvent(number, self.thread, changed, len(self.events) * 1000))

    def differs(self, what: str) -> bool:
        """Whether this run does something else now."""
        odds = self.odds.get(what, 0.0)
        return odds > 0 and self.other.random() < odds

    def trace(self) -> Trace:
        """Return what was written down."""
        return Trace(tuple(self.traced), tuple(self.threads), tuple(self.events))


def orders(run: Run, count: int) -> None:
    """Work through orders, each with some items, each item with a helper."""
    for order in range(count // 26):
        same = drawn(order)
        _order(run, same, order)
        if run.differs("round"):
            _order(run, same, -order)
    run.at("test_orders", 90, count)


def _order(run: Run, same: random.Random, order: int) -> None:
    run.at("test_orders", 12, f"order {order}", "10")
    items = same.randrange(0, 12)
    for item in range(items + (run.other.randrange(3) if run.differs("inner") else 0)):
        run.at("price", 33, ["list", [item, order]])
        run.at("price", 34, item % 3)
        run.at("test_orders", 15, order * 7 + item, "10 14", "price")
        if run.differs("block"):
            for line in range(run.other.randrange(1, 6)):
                run.at("warn", 40 + line, None)
            run.at("test_orders", 17, None, "10 14", "warn")
        run.at("test_orders", 18, item, "10 14")
    if same.random() < 0.3:
        run.at("test_orders", 21, True, "10")
        run.at("test_orders", 22, items, "10")
    run.at("test_orders", 24, order * 0.5, "10")


def trees(run: Run, count: int) -> None:
    """Walk through trees, one after the other."""
    for tree in range(count // 200):
        _walk(run, drawn(tree), 7)
        run.at("test_trees", 12, tree, "10", "walk")


def _walk(run: Run, same: random.Random, depth: int) -> None:
    run.at("walk", 51, depth)
    children = same.randrange(0, 4) if depth else 0
    for child in range(children + run.differs("depth")):
        run.at("walk", 53, child, "52")
        _walk(run, same if child < children else drawn(child), depth - 1 if child < children else 0)
        run.at("walk", 54, child, "52", "walk")
    run.at("walk", 56, children)


def workers(run: Run, count: int) -> None:
    """Let twenty threads take orders, in turns that differ from run to run."""
    turns = drawn(run.odds.get("turns", 0.0))
    while len(run.events) < count:
        name = f"thread:work#{turns.randrange(20)}"
        run.thread = run.threads.setdefault(name, len(run.threads))
        for line in range(60, 66):
            run.at("work", line, line)


CASES: tuple[tuple[str, Callable[[Run, int], None], dict[str, float]], ...] = (
    ("equal", orders, {}),
    ("1 % other values", orders, {"value": 0.01}),
    ("1 % inserted blocks", orders, {"block": 0.03}),
    ("10 % inserted blocks, 10 % values", orders, {"block": 0.3, "value": 0.1}),
    ("inner loops with other counts", orders, {"inner": 0.05}),
    ("rounds inserted", orders, {"round": 0.01}),
    ("all of it", orders, {"value": 0.01, "block": 0.01, "inner": 0.01, "round": 0.001}),
    ("recursion, other depths", trees, {"depth": 0.01}),
    ("twenty threads, other turns", workers, {"value": 0.01, "turns": 1.0}),
)


def measure(name: str, work: Callable[[Trace, Trace], object], passing: Trace, failing: Trace) -> None:
    """Print one row: the best of some repeats."""
    seconds, found = [], ()
    for _ in range(REPEATS):
        started = time.process_time()
        found = work(passing, failing)  # type: ignore[assignment]
        seconds.append(time.process_time() - started)
    events = len(passing.events) + len(failing.events)
    print(f"| {name} | {events:,} | {len(found):,} | {events / min(seconds):,.0f} |", flush=True)


def main() -> None:
    """Measure what two runs can differ in, with and without the loops that a recorder may tell; then order and time."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    print("| runs | events | divergences | events per second |\n|---|---|---|---|")
    traces: tuple[Trace, Trace] | None = None
    for loops in (True, False):
        for name, program, odds in CASES:
            passing, failing = Run({}, loops), Run(odds, loops)
            program(passing, count)
            program(failing, count)
            traces = passing.trace(), failing.trace()
            measure(name + ("" if loops else ", loops not told"), align, *traces)
    if traces is not None:
        measure("interleavings of twenty threads", interleavings, *traces)
        measure("timings of twenty threads", timings, *traces)


if __name__ == "__main__":
    main()
