"""Confidence is counted: the bounds are those of the binomial distribution."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakemark.statistics import Sequential, apart, by_chance, lower_bound

TRIALS = st.integers(1, 60)


@pytest.mark.parametrize(
    ("hits", "trials", "bound"),
    [(20, 20, 0.8609), (59, 59, 0.9505), (10, 10, 0.7411), (19, 20, 0.7839), (5, 10, 0.2224), (1, 1, 0.05), (1, 10, 0.0051)],
)
def test_bounds_are_those_of_the_tables(hits: int, trials: int, bound: float) -> None:
    assert lower_bound(hits, trials) == pytest.approx(bound, abs=1e-4)


@pytest.mark.parametrize(("hits", "trials"), [(0, 20), (0, 0), (-1, 5), (5, 0)])
def test_nothing_counted_is_no_confidence(hits: int, trials: int) -> None:
    assert lower_bound(hits, trials) == 0.0


@given(TRIALS, st.data())
def test_a_bound_lies_below_the_rate_and_grows_with_hits(trials: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(1, trials))
    assert 0 < lower_bound(hits, trials) < hits / trials + 1e-9
    assert lower_bound(hits, trials) >= lower_bound(hits - 1, trials)
    assert lower_bound(trials + 1, trials + 1) > lower_bound(trials, trials)


@given(TRIALS, st.data())
def test_at_the_bound_so_many_hits_are_as_rare_as_was_said(trials: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(1, trials))
    assert by_chance(hits, trials, lower_bound(hits, trials)) == pytest.approx(0.05, abs=1e-6)


def test_more_confidence_is_a_lower_bound() -> None:
    assert lower_bound(20, 20, 0.99) < lower_bound(20, 20, 0.95)


def test_what_happens_by_chance() -> None:
    assert by_chance(10, 10, 0.5) == pytest.approx(0.5**10)
    assert by_chance(0, 10, 0.5) == pytest.approx(1.0)
    assert by_chance(3, 3, 0.0) == 0.0
    assert by_chance(3, 3, 2.0) == pytest.approx(1.0)
    assert by_chance(4, 3, 0.5) == 0


def test_two_groups_that_part_as_in_fishers_tables() -> None:
    assert apart(3, 4, 1, 4) == pytest.approx(17 / 70)  # the lady tasting tea
    assert apart(30, 30, 0, 30) < 1e-16
    assert apart(0, 10, 0, 10) == 1.0
    assert apart(10, 10, 10, 10) == 1.0
    assert apart(0, 0, 0, 0) == 1.0


@given(TRIALS, TRIALS, st.data())
def test_groups_part_the_less_the_likelier_it_is(trials: int, others: int, data: st.DataObject) -> None:
    hits, other = data.draw(st.integers(0, trials)), data.draw(st.integers(0, others))
    chance = apart(hits, trials, other, others)
    assert 0 < chance <= 1 + 1e-9
    if hits:
        assert chance <= apart(hits - 1, trials, other, others) + 1e-9


def decided(test: Sequential, rate: float, chance: random.Random) -> bool:
    hits = trials = 0
    while (said := test.decide(hits, trials)) is None:
        hits, trials = hits + (chance.random() < rate), trials + 1
    return said


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.97), (0.2, 0.97), (0.8, 0.97)])
def test_a_sequential_test_errs_as_seldom_as_it_says(low: float, high: float) -> None:
    test, chance = Sequential(low, high, error=0.05), random.Random(4)
    wrong_at_low = sum(decided(test, low, chance) for _ in range(2_000))
    wrong_at_high = sum(not decided(test, high, chance) for _ in range(2_000))
    assert wrong_at_low <= 2_000 * 0.05 / 0.95 * 1.2
    assert wrong_at_high <= 2_000 * 0.05 / 0.95 * 1.2


def test_a_sequential_test_needs_the_fewer_runs_the_further_the_rates_are_apart() -> None:
    assert [Sequential(low, 0.97, error=0.1).shortest for low in (0.1, 0.5, 0.8, 0.9)] == [1, 4, 12, 30]
    assert Sequential(0.5, 0.97).decide(0, 0) is None
    assert Sequential(0.5, 0.97, error=0.1).decide(0, 1) is False
