"""What an intervention changes: orders, pins, and only that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flakemark.trace.fingerprint import encode
from flakemark.trace.forcing import MOST_HASHED, Force, as_hashed, has_stable_hash, in_recorded_order, literal_of, permuted

ITEMS = st.lists(st.integers(0, 5) | st.text(max_size=2) | st.tuples(st.integers(0, 2)), max_size=12)


@given(ITEMS, st.integers(0, 2**70), st.sampled_from([permuted, as_hashed]))
def test_another_order_is_a_permutation_and_the_same_each_time(
    items: list[Any], seed: int, reorder: Callable[[list[Any], int], list[Any]]
) -> None:
    before = list(items)
    result = reorder(items, seed)
    assert sorted(map(repr, result)) == sorted(map(repr, items))
    assert reorder(items, seed) == result
    assert items == before


def test_seeds_give_different_orders() -> None:
    assert len({tuple(permuted(list(range(8)), seed)) for seed in range(50)}) > 45


WORDS = ["ash", "elm", "fir", "oak", "yew", "box"]


@given(st.permutations(WORDS), st.sets(st.sampled_from(WORDS)), st.integers(0, 99))
def test_of_two_items_the_same_one_comes_first_in_whatever_set_they_are_met(words: list[str], some: set[str], seed: int) -> None:
    whole = as_hashed(WORDS, seed)
    assert as_hashed(words, seed) == whole
    assert as_hashed([word for word in words if word in some], seed) == [word for word in whole if word in some]


def test_every_order_comes_up() -> None:
    assert len({tuple(as_hashed(WORDS[:4], seed)) for seed in range(400)}) == 24


def test_items_that_look_alike_or_are_too_many_to_look_at_change_places_too() -> None:
    alike = [object() for _ in range(6)]
    assert len({tuple(map(id, as_hashed(alike, seed))) for seed in range(30)}) > 20
    many = list(range(MOST_HASHED + 50))
    assert sorted(as_hashed(many, 3)) == many
    assert as_hashed(many, 3) != many


@given(ITEMS, st.integers(0, 99))
def test_a_recorded_order_is_put_back(items: list[Any], seed: int) -> None:
    recorded = permuted(items, seed)
    assert in_recorded_order(items, literal_of(recorded)[1]) == recorded


@given(ITEMS, ITEMS)
def test_whatever_was_recorded_no_item_is_lost(items: list[Any], recorded: list[Any]) -> None:
    result = in_recorded_order(items, [encode(item) for item in recorded])
    assert sorted(map(repr, result)) == sorted(map(repr, items))


def test_items_that_were_not_recorded_stay_behind_in_their_order() -> None:
    assert in_recorded_order(["x", "a", "y", "b"], ["b", "a", "gone"]) == ["b", "a", "x", "y"]


def test_items_with_new_names_are_ordered_by_rank() -> None:
    assert in_recorded_order(["t1", "t2", "t3"], ["s9", "s5", "s7"]) == ["t3", "t1", "t2"]


def test_pins_and_orders_go_by_occurrence() -> None:
    force = Force()
    force.add({"kind": "pin", "site": "x", "values": [1, ["cut", "list", 9]]})
    force.add({"kind": "order", "site": "x", "values": [["list", ["b", "a"]], ["obj", "x", []]]})
    assert [force.pinned(number, "own") for number in range(3)] == [1, "own", "own"]
    assert [force.ordered(number, ["a", "b"]) for number in range(3)] == [["b", "a"], ["a", "b"], ["a", "b"]]


def test_a_pinned_object_is_found_among_what_was_drawn_from() -> None:
    class Item:
        def __init__(self, name: str) -> None:
            self.name = name

    items = [Item("a"), Item("b")]
    force = Force()
    force.add({"kind": "pin", "site": "x", "values": [encode(items[1]), ["list", [encode(items[1]), encode(items[0])]], "nothing"]})
    assert force.picked(0, items) == (True, items[1])
    assert force.picked(1, items) == (True, [items[1], items[0]])
    assert force.picked(2, items) == (False, None)
    assert force.picked(3, items) == (False, None)


def test_hashes_of_numbers_are_stable_and_those_of_texts_are_not() -> None:
    class Meta(type):
        __hash__ = None  # type: ignore[assignment]

    assert all(has_stable_hash(value) for value in (1, 1.5, True, 1j, (1, (2, 3))))
    assert not any(has_stable_hash(value) for value in ("a", b"a", None, (1, "a"), Meta("Odd", (), {})()))
