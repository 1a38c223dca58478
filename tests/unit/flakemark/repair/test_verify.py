"""A patch counts if the test fails without it, and passes with it, under the same conditions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flakemark.errors import EnvironmentBroken
from flakemark.repair.verify import FORKS, verified
from flakemark.runs import Runner, RunRequest
from tests.unit.flakemark.scripted import Scripted, failing_at, reported, searched, simulated, site, told
from tests.unit.flakemark.simulation import Body, SimulatedRun

ORDER = site("test_x.py:5", "iterate", source="set_order", name="set order")


def flaky(run: SimulatedRun) -> None:
    run.check("test_x.py:9", run.order("test_x.py:5", "abcd")[0] != "c")


def sorted_first(run: SimulatedRun) -> None:
    run.check("test_x.py:9", min(run.order("test_x.py:5", "abcd")) == "a")


def broken(run: SimulatedRun) -> None:
    run.check("test_x.py:9", False)


class Copies:
    """What a copy of the tree does, by the text of the file."""

    def __init__(self, bodies: dict[str, Body | Exception]) -> None:
        self.bodies = bodies
        self.opened: list[str] = []

    @contextmanager
    def open(self, text: str) -> Iterator[Runner]:
        self.opened.append(text)
        body = self.bodies[text]
        if isinstance(body, Exception):
            raise body
        yield simulated(body)


def mended(bodies: dict[str, Body | Exception], test: Body = flaky) -> tuple[str | None, int, list[str]]:
    runner = simulated(test)
    found = searched(runner)
    copies = Copies(bodies)
    result = verified(runner, found, ORDER, bodies, open_patched=copies.open, told=told)
    return (result.text if result else None), (result.runs if result else 0), copies.opened


def test_the_first_text_with_which_every_run_passes_is_the_patch() -> None:
    assert mended({"no": broken, "still": flaky, "yes": sorted_first, "later": sorted_first}) == ("yes", 2 * FORKS, ["no", "still", "yes"])


def test_no_text_that_helps_is_no_patch() -> None:
    assert mended({"no": broken})[0] is None


def test_a_tree_that_cannot_be_copied_has_no_patch() -> None:
    assert mended({"no": EnvironmentBroken("too large")})[0] is None


def test_where_another_order_hurts_nobody_a_patch_shows_nothing() -> None:
    def answer(run: RunRequest) -> object:
        return failing_at("test_x.py:9") if run.seed % 2 and not run.forcings else None

    runner = Scripted(answer)  # type: ignore[arg-type]
    found = searched(runner, message=reported().message)
    copies = Copies({"yes": sorted_first})
    assert verified(runner, found, ORDER, ["yes"], open_patched=copies.open, told=told) is None
    assert copies.opened == []
