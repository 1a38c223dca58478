"""Confidence is counted: the bounds are those of the binomial distribution."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flakemark.statistics import by_chance, lower_bound

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
