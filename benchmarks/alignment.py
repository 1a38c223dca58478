"""How many events per second does the alignment pair?

    python -m benchmarks.alignment [EVENTS]

Two traces that a real pair of runs resembles: loops and calls of a few hundred sites in several threads; the second one with
other values here and there, with more rounds of some loops, and with branches that the first one did not take. Prints a table
row per pair; an event counts once per side.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator

from flakemark.align import align
from flakemark.events import Site, Trace, TracedSite, TraceEvent

SITES = tuple(TracedSite(Site(f"pkg/mod{n % 9}.py:{n}:8:call", f"pkg/mod{n % 9}.py", n, n, "f", "call", "g"), "", "") for n in range(600))
REPEATS = 3


def steps(count: int, seed: int) -> Iterator[TraceEvent]:
    """Yield events of a program that loops over bodies of three to thirty sites, in one thread after the other."""
    draw = random.Random(seed)  # noqa: S311 - the same program for every measurement
    made = 0
    while made < count:
        first, length, rounds = draw.randrange(500), draw.randrange(3, 30), draw.randrange(1, 40)
        for turn in range(rounds):
            for site in range(first, first + length):
                yield TraceEvent(site, draw.randrange(100) // 90, turn if site % 3 else f"text {turn}", made)
                made += 1


def changed(events: list[TraceEvent], values: float, blocks: float) -> list[TraceEvent]:
    """Return a run that parts from another: other values at some events, an inserted or skipped block at others."""
    draw = random.Random(7)  # noqa: S311 - the same program for every measurement
    result: list[TraceEvent] = []
    skip = 0
    for event in events:
        if skip:
            skip -= 1
            continue
        if draw.random() < blocks:
            skip = draw.randrange(0, 20)
            result += [TraceEvent(draw.randrange(500, 600), event.thread, None, 0) for _ in range(draw.randrange(0, 20))]
        result.append(event._replace(literal=-1) if draw.random() < values else event)
    return result


def measure(name: str, passing: Trace, failing: Trace) -> None:
    """Print one row: the best of some repeats."""
    seconds = []
    for _ in range(REPEATS):
        started = time.process_time()
        found = align(passing, failing)
        seconds.append(time.process_time() - started)
    events = len(passing.events) + len(failing.events)
    print(f"| {name} | {events:,} | {len(found):,} | {events / min(seconds):,.0f} |")


def main() -> None:
    """Measure equal runs, runs with other values, and runs with other paths."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
    events = list(steps(count, 1))
    threads = ("main", "thread:worker#1")
    passing = Trace(SITES, threads, tuple(events))
    print("| runs | events | divergences | events per second |\n|---|---|---|---|")
    for name, values, blocks in (
        ("equal", 0, 0),
        ("1 % other values", 0.01, 0),
        ("1 % values, 0.1 % paths", 0.01, 0.001),
        ("10 %, 1 %", 0.1, 0.01),
    ):
        measure(name, passing, Trace(SITES, threads, tuple(changed(events, values, blocks))))


if __name__ == "__main__":
    main()
