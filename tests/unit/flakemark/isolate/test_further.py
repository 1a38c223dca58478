"""Further causes: what strikes where the first one cannot."""

from __future__ import annotations

from flakemark.align import align
from flakemark.isolate.flip import isolate
from flakemark.isolate.further import HEALED, HELD, further_causes
from flakemark.isolation import Flip
from flakemark.reproduction import Reproduction
from tests.unit.flakemark.scripted import searched, simulated, told
from tests.unit.flakemark.simulation import Body, SimulatedRun, Simulation


def two_dice(run: SimulatedRun) -> None:
    one = run.draw("test_x.py:4", 1, 4)
    run.draw("test_x.py:5", 1, 1_000_000, unseeded=True)
    run.check("test_x.py:8", one != 3)
    run.check("test_x.py:9", run.draw("test_x.py:6", 1, 3) != 2)


def one_line(run: SimulatedRun) -> None:
    drawn = [run.draw(f"test_x.py:{line}", 1, 4) for line in (4, 5, 6)]
    run.check("test_x.py:9", 3 not in drawn)


def dice(run: SimulatedRun) -> None:
    run.draw("test_x.py:5", 1, 1_000_000, unseeded=True)
    run.check("test_x.py:9", run.draw("test_x.py:4", 1, 4) != 3)


def explored(body: Body) -> tuple[Simulation, Reproduction, list[Flip], list[Flip]]:
    runner = simulated(body)
    found = searched(runner)
    flips = isolate(runner, found, align, told).flips
    runner.asked.clear()
    return runner, found, flips, further_causes(runner, found, flips, align, told)


def lines(flips: list[Flip]) -> set[int]:
    return {flip.suspects[0].site.site.line for flip in flips}


def test_the_other_of_two_dice_is_found_also_where_another_assertion_fails() -> None:
    _, _, first, more = explored(two_dice)
    assert len(first) == len(more) == 1
    assert lines([*first, *more]) == {4, 6}
    assert more[0].accepted


def test_three_dice_of_one_assertion_are_all_found() -> None:
    _, _, first, more = explored(one_line)
    assert lines([*first, *more]) == {4, 5, 6}


def test_one_cause_is_left_alone_after_a_few_runs() -> None:
    runner, _, _, more = explored(dice)
    assert more == []
    assert len(runner.asked) == HEALED
    assert {forcing.kind for run in runner.asked for forcing in run.forcings} <= HELD
    assert len({run.seed for run in runner.asked}) == HEALED


def test_what_cannot_be_held_or_was_only_recorded_is_not_asked() -> None:
    runner, found, flips, _ = explored(dice)
    runner.asked.clear()
    found.recorded = True
    assert further_causes(runner, found, flips, align, told) == []
    assert not runner.asked
