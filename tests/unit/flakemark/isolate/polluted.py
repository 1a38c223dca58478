"""Simulated tests that change shared state, and those that suffer from it."""

from __future__ import annotations

from flakemark.isolate.order import isolate_order
from flakemark.isolation import OrderFlip
from flakemark.model import NodeId
from flakemark.runs import RunRequest, RunResult, StateWrite
from tests.unit.flakemark.scripted import VICTIM, Followed, site, told, trace_of
from tests.unit.flakemark.simulation import Body, SimulatedRun, Simulation

WRITE = StateWrite("shop/cart.py", 12, "fill", "'full'")
POLLUTER = NodeId("test_x.py::test_polluter")
THREADS = trace_of(("thread:Exporter.run#1", site("shop/export.py:4", function="Exporter.run"), 1), ("main", site("test_x.py:8"), 1))
LEAK = StateWrite("test_x.py", 30, "test_6", "1")


def harmless(run: SimulatedRun) -> None:
    run.state["shop.log"] = (*run.state.get("shop.log", ()), run.request.victim)


def sets(*names: str) -> Body:
    def body(run: SimulatedRun) -> None:
        run.state.update(dict.fromkeys(names, "full"))

    return body


def needs(*names: str, all_of_them: bool = True) -> Body:
    """A victim that fails when these pieces are full."""

    def body(run: SimulatedRun) -> None:
        full = [run.state.get(name) == "full" for name in names]
        run.check("test_x.py:9", not (all(full) if all_of_them else any(full)))

    return body


def brittle(run: SimulatedRun) -> None:
    run.check("test_x.py:9", run.state.get("shop.cart") == "full")


def names(count: int = 10) -> list[NodeId]:
    return [NodeId(f"test_x.py::test_{number}") for number in range(count)]


def simulation(victim: Body, special: dict[int, Body], **settings: object) -> Followed:
    others: dict[str, Body] = {name: special.get(number, harmless) for number, name in enumerate(names())}
    return Followed({**others, VICTIM: victim}, writers={"shop.cart": WRITE}, **settings)  # type: ignore[arg-type]


def ordered(runner: Simulation) -> RunResult:
    return runner.run([RunRequest(victim=VICTIM, before=tuple(names()))])[0]


def isolated(runner: Simulation) -> OrderFlip:
    found = isolate_order(runner, ordered(runner), told)
    assert found is not None
    return found
