"""Minimising: what comes out holds, nothing in it is superfluous, and no question is asked twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flakemark.isolate.minimise import minimise

Needed = list[frozenset[int]]


@st.composite
def items_and_needs(draw: st.DrawFn) -> tuple[tuple[int, ...], Needed]:
    """Some items, and groups of them: the predicate holds where one of the groups is complete."""
    size = draw(st.integers(1, 24))
    items = tuple(range(size))
    group = st.frozensets(st.sampled_from(items), min_size=1, max_size=min(4, size))
    return items, draw(st.lists(group, min_size=1, max_size=3))


@given(items_and_needs())
def test_the_result_holds_and_is_1_minimal(case: tuple[tuple[int, ...], Needed]) -> None:
    items, groups = case

    def holds(chosen: tuple[int, ...]) -> bool:
        return any(group <= set(chosen) for group in groups)

    found = minimise(items, holds)
    assert holds(found)
    assert not any(holds(tuple(other for other in found if other != item)) for item in found if len(found) > 1)


@given(items_and_needs())
def test_nothing_is_asked_twice(case: tuple[tuple[int, ...], Needed]) -> None:
    items, groups = case
    asked: list[tuple[int, ...]] = []

    def holds(chosen: tuple[int, ...]) -> bool:
        asked.append(chosen)
        return any(group <= set(chosen) for group in groups)

    minimise(items, holds)
    assert len(asked) == len(set(asked))
    assert items not in asked  # that is known
    assert () not in asked


@given(items_and_needs(), st.randoms(use_true_random=False))
def test_even_a_predicate_without_reason_gets_a_subsequence_that_it_accepted(case: tuple[tuple[int, ...], Needed], chance: object) -> None:
    items, _ = case
    accepted = {items}

    def holds(chosen: tuple[int, ...]) -> bool:
        answer = chance.random() < 0.5  # type: ignore[attr-defined]
        if answer:
            accepted.add(chosen)
        return answer

    found = minimise(items, holds)
    assert found in accepted
    assert list(found) == sorted(found)


@given(st.integers(1, 200), st.data())
def test_one_decisive_item_is_found_in_logarithmic_time(size: int, data: st.DataObject) -> None:
    guilty = data.draw(st.integers(0, size - 1))
    asked: list[tuple[int, ...]] = []

    def holds(chosen: tuple[int, ...]) -> bool:
        asked.append(chosen)
        return guilty in chosen

    assert minimise(range(size), holds) == (guilty,)
    assert len(asked) <= 2 * size.bit_length()


@given(items_and_needs(), st.integers(0, 5))
def test_told_to_stop_it_returns_what_still_holds(case: tuple[tuple[int, ...], Needed], steps: int) -> None:
    items, groups = case
    left = [steps]

    def go_on() -> bool:
        left[0] -= 1
        return left[0] >= 0

    def holds(chosen: tuple[int, ...]) -> bool:
        return any(group <= set(chosen) for group in groups)

    assert holds(minimise(items, holds, go_on))
