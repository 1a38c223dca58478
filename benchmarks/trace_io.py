"""How long does it take to write a trace, and to read it back?

    python -m benchmarks.trace_io [EVENTS]

A million events by default: loops over a few hundred sites in two threads, three quarters numbers and booleans, some texts and
a few containers, as traces of real suites have them. Beside it the same events as one `json.dumps` per event would be written
and read, in the same run. Prints a table; the targets are 1 s and 2 s.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flakemark.events import Site, TracedSite, TraceEvent
from flakemark.trace.format import read_trace, write_trace

SITES = [TracedSite(Site(f"pkg/mod{n % 9}.py:{n}:8:call", f"pkg/mod{n % 9}.py", n, n, "f", "call", "g"), "", "") for n in range(600)]
THREADS = ["main", "thread:worker#1"]
REPEATS = 3


def events(count: int) -> list[tuple[int, int, Any, int]]:
    """Make up events, the same for every measurement."""
    draw = random.Random(1)  # noqa: S311 - the same events for every measurement
    kinds: list[Callable[[int], Any]] = [
        lambda n: n, lambda n: n % 2 == 0, lambda n: None, lambda n: n / 7, lambda n: n % 1000, lambda n: n % 3 == 0, lambda n: f"text {n}",
        lambda n: ["list", [n, n + 1, "a"]] if n % 5 == 0 else "some text of a usual length",
    ]  # fmt: skip
    return [(n % 600, draw.randrange(100) // 99, kinds[n * 7 % 8](n), 10**12 + 300 * n) for n in range(count)]


def best(action: Callable[[], Any]) -> float:
    """Return the least CPU time of some repeats, in seconds."""
    seconds = []
    for _ in range(REPEATS):
        started = time.process_time()
        action()
        seconds.append(time.process_time() - started)
    return min(seconds)


def write_lines(path: str, made: list[Any]) -> None:
    """Write a line per event: what the format is compared with."""
    with open(path, "w", encoding="ascii") as file:
        file.writelines(json.dumps(event) + "\n" for event in made)


def read_lines(path: str) -> list[TraceEvent]:
    """Read a line per event."""
    with open(path, encoding="ascii") as file:
        return [TraceEvent(*json.loads(line)) for line in file]


def main() -> None:
    """Measure both, print a row each."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    made = events(count)
    with tempfile.TemporaryDirectory() as folder:
        trace, lines = str(Path(folder) / "a.trace"), str(Path(folder) / "lines")
        ours = (best(lambda: write_trace(trace, SITES, THREADS, made)), best(lambda: read_trace(trace)))
        theirs = (best(lambda: write_lines(lines, made)), best(lambda: read_lines(lines)))
        sizes = (Path(trace).stat().st_size, Path(lines).stat().st_size)
        if [tuple(event) for event in read_trace(trace).events] != made:
            raise SystemExit("what was read back differs from what was written")
    print(f"{count:,} events\n\n| | trace file | a line per event | ratio |\n|---|---|---|---|")
    for what, a, b in (("written, s", ours[0], theirs[0]), ("read back, s", ours[1], theirs[1])):
        print(f"| {what} | {a:.2f} | {b:.2f} | {b / a:.1f} |")
    print(f"| size, MiB | {sizes[0] / 2**20:.1f} | {sizes[1] / 2**20:.1f} | {sizes[1] / sizes[0]:.1f} |")


if __name__ == "__main__":
    main()
