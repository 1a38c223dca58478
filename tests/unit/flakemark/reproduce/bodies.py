"""Bodies of simulated tests, and what they leave in a trace."""

from __future__ import annotations

from tests.unit.flakemark.scripted import site, trace_of
from tests.unit.flakemark.simulation import SimulatedRun

STOPWATCH = trace_of(("main", site("test_x.py:4", source="clock", name="time.time"), 1.0))


def stable(run: SimulatedRun) -> None:
    run.check("test_x.py:9", True)


def broken(run: SimulatedRun) -> None:
    run.check("test_x.py:9", False)


def dice(run: SimulatedRun) -> None:
    run.check("test_x.py:9", run.draw("test_x.py:5", 1, 4) != 3)


def filling(run: SimulatedRun) -> None:
    run.state["shop.cart"] = "full"
