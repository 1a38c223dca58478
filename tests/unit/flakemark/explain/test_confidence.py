"""Confidence: the smaller of two counted numbers, never a constant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flakemark.explain import confidence
from flakemark.explain.confidence import NAMED_FROM, Tier, of_flip, of_suspicion, tier
from flakemark.isolation import Flip, Tally
from flakemark.statistics import by_chance, lower_bound
from tests.unit.flakemark.scripted import isolated, simulated
from tests.unit.flakemark.simulation import SimulatedRun


@pytest.fixture(scope="module")
def flip() -> Flip:
    def dice(run: SimulatedRun) -> None:
        run.check("test_x.py:9", run.draw("test_x.py:5", 1, 6) != 3)

    return isolated(simulated(dice)).flips[0]


@pytest.mark.parametrize(("trials", "bound"), [(10, 0.74), (20, 0.86), (29, 0.90), (59, 0.95)])
def test_flips_without_exception_are_worth_what_clopper_and_pearson_say(trials: int, bound: float) -> None:
    assert round(lower_bound(trials, trials), 2) == bound
    assert lower_bound(trials, trials) == pytest.approx(0.05 ** (1 / trials))


def test_the_bound_of_nothing_is_nothing() -> None:
    assert lower_bound(0, 20) == 0.0
    assert lower_bound(0, 0) == 0.0


def test_one_exception_costs_confidence() -> None:
    assert round(lower_bound(19, 20), 2) == 0.78
    assert lower_bound(19, 20) < lower_bound(20, 20) < lower_bound(21, 21)


@pytest.mark.parametrize(("hits", "trials", "rate", "chance"), [(3, 3, 0.5, 0.125), (0, 5, 0.1, 1.0), (6, 6, 0.0, 0.0), (5, 5, 1.0, 1.0)])
def test_a_flip_by_chance_is_the_tail_of_the_binomial(hits: int, trials: int, rate: float, chance: float) -> None:
    assert by_chance(hits, trials, rate) == pytest.approx(chance)


def test_rates_beyond_certainty_are_certainty() -> None:
    assert by_chance(1, 1, 1.5) == 1.0
    assert by_chance(1, 1, -0.5) == 0.0


def test_few_flips_limit_the_confidence(flip: Flip) -> None:
    few = replace(flip, to_failing=Tally(0, 6), to_passing=Tally(30, 0))
    assert of_flip(few) == round(lower_bound(6, 6), 3)


def test_the_weaker_direction_counts(flip: Flip) -> None:
    assert of_flip(replace(flip, to_passing=Tally(6, 0))) == of_flip(replace(flip, to_failing=Tally(0, 6)))


def test_many_flips_do_not_exceed_how_often_the_line_was_right(flip: Flip) -> None:
    many = replace(flip, to_failing=Tally(0, 500), to_passing=Tally(500, 0))
    assert of_flip(many) == round(tier(many).rate, 3)


def test_the_rate_of_a_tier_is_smoothed() -> None:
    assert Tier(8, 8).rate == 0.9
    assert Tier(0, 0).rate == 0.5


def test_a_suspicion_is_never_named() -> None:
    assert of_suspicion() < NAMED_FROM


def test_every_tier_was_counted() -> None:
    tiers = [value for value in vars(confidence).values() if isinstance(value, Tier)] + list(confidence.TIMING.values())
    assert all(0 <= one.exact <= one.cases for one in tiers)
    assert len(tiers) >= 8
