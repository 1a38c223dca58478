"""Intervening on suspects: what flips both ways, and what never does."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from flakemark.align import align
from flakemark.isolate.flip import count, isolate
from flakemark.isolation import Isolation, Tally, both_ways
from flakemark.reproduction import Reproduction
from flakemark.runs import RunResult
from tests.unit.flakemark.scripted import failing_at, isolated, once, searched, simulated, told
from tests.unit.flakemark.simulation import SimulatedRun, Simulation


def places(isolation: Isolation) -> list[list[int]]:
    return [[suspect.site.site.line for suspect in flip.suspects] for flip in isolation.flips]


def reproduction(runner: Simulation, wanted: Callable[[RunResult], bool], failing: Callable[[RunResult], bool]) -> Reproduction:
    """Take the first passing and the first failing run that are as wanted, instead of the first at all."""
    runs = [once(runner, seed=seed) for seed in range(400)]
    one = next(run for run in runs if run.passed and wanted(run))
    other = next(run for run in runs if run.failed and failing(run))
    return Reproduction(natural=[one, other], passing=[one], failing=[other], failure=other.failure)


def drawn(result: RunResult) -> list[Any]:
    assert result.trace is not None
    return [event.literal for event in result.trace.events]


def dice(run: SimulatedRun) -> None:
    value = run.draw("test_x.py:5", 1, 6)
    half = run.value("test_x.py:6", value * 2)
    shown = run.value("test_x.py:7", half + 1)
    run.check("test_x.py:9", shown != 7)


def test_the_earliest_site_that_flips_wins_over_what_follows_from_it() -> None:
    found = isolated(simulated(dice))
    assert places(found) == [[5]]
    assert [suspect.site.site.line for suspect in found.suspects] == [5, 6, 7]


def test_distractors_are_never_the_cause() -> None:
    def noisy(run: SimulatedRun) -> None:
        for line in range(10, 30):
            run.draw(f"test_x.py:{line}", 1, 1_000_000, unseeded=True)
        dice(run)
        run.draw("test_x.py:31", 1, 1_000_000, unseeded=True)

    found = isolated(simulated(noisy))
    assert places(found) == [[5]]
    assert {suspect.site.site.line for suspect, _ in found.controls} >= set(range(10, 30))
    assert all(tally.failed == 0 for _, tally in found.controls)


def test_a_guilty_draw_is_found_although_no_seed_repeats_it() -> None:
    def unseeded(run: SimulatedRun) -> None:
        run.draw("test_x.py:4", 1, 1_000_000, unseeded=True)
        run.check("test_x.py:9", run.draw("test_x.py:5", 1, 3, unseeded=True) != 3)

    found = isolated(simulated(unseeded))
    assert places(found) == [[5]]
    assert found.flips[0].base.failed > 0
    assert found.flips[0].base.runs >= 12


def test_an_order_that_the_language_leaves_open_comes_before_the_value_that_decides_it() -> None:
    def ordered(run: SimulatedRun) -> None:
        turn = run.draw("test_x.py:4", 0, 3)
        letters = "abcd"[turn:] + "abcd"[:turn]
        run.check("test_x.py:9", run.order("test_x.py:5", letters)[0] != "a")

    found = isolated(simulated(ordered))
    assert places(found) == [[5]]
    assert found.settled


def test_two_draws_that_conspire_are_found_together_and_without_the_third() -> None:
    def conspiring(run: SimulatedRun) -> None:
        run.draw("test_x.py:4", 1, 1_000_000)
        one, other = run.draw("test_x.py:5", 1, 6), run.draw("test_x.py:6", 1, 6)
        run.check("test_x.py:9", not (one > 3 and other > 3))

    runner = simulated(conspiring)
    found = reproduction(runner, lambda run: max(drawn(run)[1:]) <= 3, lambda run: min(drawn(run)[1:]) > 3)
    isolation = isolate(runner, found, align, told)
    assert places(isolation) == [[5, 6]]
    assert isolation.flips[0].to_failing.failed == isolation.flips[0].to_failing.runs
    assert isolation.flips[0].to_passing.passed == isolation.flips[0].to_passing.runs


def test_hidden_chance_is_blamed_on_nothing_that_is_seen() -> None:
    hidden = random.Random(5)

    def luck(run: SimulatedRun) -> None:
        for line in range(4, 12):
            run.draw(f"test_x.py:{line}", 1, 1_000_000)
        run.check("test_x.py:20", hidden.random() < 0.5)

    found = isolated(simulated(luck))
    assert found.nothing_found
    assert len(found.controls) == 8


@pytest.mark.parametrize("seed", range(12))
def test_rare_hidden_chance_is_blamed_on_nothing_either(seed: int) -> None:
    hidden = random.Random(seed)

    def luck(run: SimulatedRun) -> None:
        for line in range(4, 30):
            run.draw(f"test_x.py:{line}", 1, 1_000_000, unseeded=True)
        run.check("test_x.py:40", hidden.random() < (0.1, 0.3, 0.7, 0.9)[seed % 4])

    assert isolated(simulated(luck)).nothing_found


def test_a_cause_needs_both_directions() -> None:
    hidden = random.Random(2)

    def half(run: SimulatedRun) -> None:
        value = run.draw("test_x.py:5", 1, 2)
        run.check("test_x.py:9", value == 1 and hidden.random() < 0.6)  # 2 always fails, 1 fails now and then

    assert isolated(simulated(half)).nothing_found


@pytest.mark.parametrize("seed", range(8))
def test_draws_that_conspire_come_before_what_is_made_of_them(seed: int) -> None:
    def spread(run: SimulatedRun) -> None:
        offset = run.draw("test_x.py:4", 0, 1_000, unseeded=True)
        ripple = run.draw("test_x.py:5", 0, 1_000, unseeded=True)
        run.draw("test_x.py:6", 0, 99, unseeded=True)
        total = run.value("test_x.py:7", offset + ripple)
        run.check("test_x.py:9", total < 1_500)

    found = isolated(simulated(spread, _entropy=random.Random(seed)))
    assert [sorted(one) for one in places(found)] == [[4, 5]]


def test_values_that_come_from_nowhere_are_named_after_known_sources() -> None:
    hidden = random.Random(3)

    def unknown(run: SimulatedRun) -> None:
        token = run.value("test_x.py:5", hidden.randint(1, 3))
        run.check("test_x.py:9", run.value("test_x.py:6", token * 2) != 6)

    found = isolated(simulated(unknown))
    assert places(found) == [[5]]
    assert not found.flips[0].suspects[0].known
    assert not found.settled


def test_a_value_is_named_by_what_a_library_asked_for() -> None:
    hidden = random.Random(3)

    def wrapped(run: SimulatedRun) -> None:
        made = run.value("test_x.py:4", hidden.random(), asked=("draw", "random.choices"))
        run.check("test_x.py:9", made < 0.5)

    runner = simulated(wrapped)
    [flip] = isolated(runner).flips
    site = flip.suspects[0].site
    assert (site.site.line, site.source_kind, site.source_name) == (4, "draw", "random.choices")
    assert sum(any(forcing.kind == "watch" for forcing in request.forcings) for request in runner.asked) == 1


def test_another_failure_does_not_count_as_the_failure() -> None:
    def twofold(run: SimulatedRun) -> None:
        value = run.draw("test_x.py:5", 1, 6)
        run.check("test_x.py:8", value != 2)
        run.check("test_x.py:9", value != 3)

    found = isolated(simulated(twofold), crash="test_x.py:9")
    assert found.flips[0].to_failing.failed == found.flips[0].to_failing.runs
    failed, other = once(simulated(twofold), forcings=(found.flips[0].suspects[0].to_failing,)), failing_at("test_x.py:8")
    assert count([failed, replace(failed, failure=other)], failed.failure) == Tally(0, 1, 1)


def test_both_ways_are_confirmed_thirty_times() -> None:
    flip = isolated(simulated(dice)).flips[0]
    assert (flip.to_failing, flip.to_passing) == (Tally(0, 30), Tally(30, 0))
    assert flip.accepted


@pytest.mark.parametrize("faces", [3, 5, 14, 40])
def test_a_test_that_fails_nearly_always_is_decided_by_the_runs_that_are_forced_to_pass(faces: int) -> None:
    def loaded(run: SimulatedRun) -> None:
        run.draw("test_x.py:4", 1, 1_000_000, unseeded=True)
        run.check("test_x.py:9", run.draw("test_x.py:5", 1, faces, unseeded=True) == 1)

    runner = simulated(loaded)
    runs = [once(runner, seed=seed) for seed in range(400)]
    passing, failing = next(run for run in runs if run.passed), next(run for run in runs if run.failed)
    before = len(runner.asked)
    found = Reproduction(natural=[passing, failing], passing=[passing], failing=[failing], failure=failing.failure)
    isolation = isolate(runner, found, align, told)
    assert places(isolation) == [[5]]
    assert isolation.flips[0].accepted
    assert len(runner.asked) - before < 18 + 60 + 2 * 2 * 12 + 3


def test_where_nearly_every_run_fails_no_jump_of_the_clock_is_tried() -> None:
    hidden = random.Random(7)

    def loaded(run: SimulatedRun) -> None:
        run.clock("test_x.py:3", 1_000.0)
        run.clock("test_x.py:4", 1_000.0)
        run.check("test_x.py:9", hidden.random() < 0.08)

    runner = simulated(loaded)
    runs = [once(runner, seed=seed) for seed in range(200)]
    passing, failing = next(run for run in runs if run.passed), next(run for run in runs if run.failed)
    found = Reproduction(natural=[passing, failing], passing=[passing], failing=[failing], failure=failing.failure)
    assert isolate(runner, found, align, told).nothing_found
    assert not any(forcing.kind == "advance" for request in runner.asked for forcing in request.forcings)


def test_a_coin_costs_few_runs_per_distractor() -> None:
    hidden = random.Random(7)

    def coin(run: SimulatedRun) -> None:
        for line in range(4, 24):
            run.draw(f"test_x.py:{line}", 1, 1_000_000, unseeded=True)
        run.check("test_x.py:40", hidden.random() < 0.5)

    runner = simulated(coin)
    found = searched(runner)
    before = len(runner.asked)
    assert isolate(runner, found, align, told).nothing_found
    assert len(runner.asked) - before < 18 + 20 * 4


def test_where_every_run_needs_a_fresh_process_few_suspects_are_forced() -> None:
    def imported(run: SimulatedRun) -> None:
        value = run.draw("test_x.py:3", 1, 6) if run.request.fresh else 1
        for line in range(4, 30):
            run.value(f"test_x.py:{line}", value * line)
        run.check("test_x.py:40", value != 3)

    runner = simulated(imported)
    runs = [once(runner, seed=seed, fresh=True) for seed in range(40)]
    passing, failing = next(run for run in runs if run.passed), next(run for run in runs if run.failed)
    found = Reproduction(natural=[passing, failing], passing=[passing], failing=[failing], failure=failing.failure)
    before = len(runner.asked)
    isolation = isolate(runner, found, align, told)
    assert places(isolation) == [[3]]
    assert len(runner.asked) - before == 6 + 2 + 1 + 60 + 3


def test_a_slow_test_is_confirmed_less_often_and_a_value_from_nowhere_as_well() -> None:
    def unknown(run: SimulatedRun) -> None:
        run.check("test_x.py:9", run.value("test_x.py:6", run.request.seed % 2) == 0)

    assert isolated(simulated(unknown)).flips[0].to_failing.runs == 12
    found = searched(simulated(dice))
    assert isolate(simulated(dice, budget=100), found, align, told).flips[0].to_failing.runs == 12


def test_a_recorded_failure_is_repeated_by_forcing_its_inputs() -> None:
    runner = simulated(dice)
    runs = [once(runner, seed=seed) for seed in range(40)]
    passing = next(run for run in runs if run.passed)
    recorded = replace(next(run for run in runs if run.failed), request=passing.request)
    found = Reproduction(natural=[passing], passing=[passing], failing=[recorded], failure=recorded.failure, recorded=True)
    before = len(runner.asked)
    isolation = isolate(runner, found, align, told)
    assert places(isolation) == [[5]]
    assert [forcing.kind for forcing in isolation.flips[0].passing_request.forcings] == ["pin"]
    assert len(runner.asked) - before < 6 + 2 * 3 + 60 + 4  # both ways repeat: one run each is enough to screen


def test_the_requests_of_a_flip_fail_and_pass() -> None:
    runner = simulated(dice)
    flip = isolated(runner).flips[0]
    failing, passing = runner.run([flip.failing_request, flip.passing_request])
    assert failing.failed
    assert passing.passed


def test_what_was_counted_until_the_budget_ended_counts() -> None:
    runner = simulated(dice)
    found = searched(runner)
    said: list[str] = []
    isolate(simulated(dice), found, align, said.append)
    before = _runs_until(found, "confirming")
    isolation = isolate(simulated(dice, budget=before + 12 + 5), found, align, told)
    assert isolation.flips[0].to_failing.runs == 9  # of a batch that the budget cuts, what was finished counts
    assert isolation.flips[0].to_passing.runs == 8
    assert isolation.effect is None


def _runs_until(found: Reproduction, step: str) -> int:
    runner, at = simulated(dice), [0]

    def note(what: str) -> None:
        if what.startswith(step):
            at[0] = len(runner.asked)

    isolate(runner, found, align, note)
    return at[0]


def test_without_any_budget_nothing_is_claimed() -> None:
    found = searched(simulated(dice))
    isolation = isolate(simulated(dice, budget=0), found, align, told)
    assert isolation.nothing_found
    assert isolation.suspects


def test_runs_without_differences_have_no_suspects() -> None:
    result = once(simulated(dice), seed=1)
    found = Reproduction(passing=[result], failing=[result], failure=failing_at("test_x.py:9"))
    runner = simulated(dice)
    assert isolate(runner, found, align, told).suspects == []
    assert runner.asked == []


def test_the_effect_is_run_with_nothing_but_the_cause_differing() -> None:
    def noisy(run: SimulatedRun) -> None:
        run.draw("test_x.py:4", 1, 1_000_000, unseeded=True)
        dice(run)

    found = isolated(simulated(noisy))
    assert found.effect is not None
    passing, failing = found.effect
    assert passing.passed
    assert failing.failed
    assert passing.request.seed == failing.request.seed
    assert {key.split(":")[1] for key in found.benign} == {"4"}


@pytest.mark.parametrize(
    ("down", "up", "base", "accepted"),
    [
        (Tally(0, 30), Tally(30, 0), Tally(3, 0), True),
        (Tally(0, 6), Tally(6, 0), Tally(15, 0), True),
        (Tally(0, 6), Tally(6, 0), Tally(2, 3), False),  # six failures in a row happen by chance there
        (Tally(0, 30), Tally(30, 0), Tally(8, 7), True),
        (Tally(2, 28), Tally(30, 0), Tally(3, 0), False),  # fewer than 95 %
        (Tally(0, 30), Tally(28, 2), Tally(3, 0), False),
        (Tally(0, 0), Tally(30, 0), Tally(3, 0), False),
        (Tally(0, 30), Tally(0, 0), Tally(3, 0), False),
    ],
)
def test_a_flip_holds_both_ways_and_against_chance(down: Tally, up: Tally, base: Tally, accepted: bool) -> None:
    assert both_ways(down, up, base) is accepted


def test_two_ways_that_differ_in_nothing_else_are_each_others_control() -> None:
    assert not both_ways(Tally(0, 30), Tally(30, 0), Tally(0, 12))
    assert both_ways(Tally(0, 30), Tally(30, 0), Tally(0, 12), alike=True)
    assert not both_ways(Tally(0, 3), Tally(3, 0), Tally(0, 12), alike=True)  # three of each happen by chance
