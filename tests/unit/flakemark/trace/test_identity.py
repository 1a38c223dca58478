"""Ids that are kept for objects, or given again."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from flakemark.trace import identity
from flakemark.trace.identity import Identities, Identity
from flakemark.trace.recording import RECORDER
from tests.unit.flakemark.trace.conftest import Program

SOURCE = """
class Card: pass
def run(hold):
    held, seen, twice = [], set(), 0
    for _ in range(6):
        card = Card()
        if hold:
            held.append(card)
        twice += id(card) in seen
        seen.add(id(card))
        del card
    return twice
"""


def forced(sample: Program, what: str, line: int = 9) -> None:
    RECORDER.start([{"kind": "identity", "site": sample.key(line, "call", "id"), "what": what}])


def test_an_object_gets_the_id_of_one_that_is_gone(program: Any) -> None:
    sample = program(SOURCE)
    forced(sample, "again")
    assert sample["run"](False) == 5


def test_what_somebody_holds_keeps_its_id_for_itself(program: Any) -> None:
    sample = program(SOURCE)
    forced(sample, "again")
    assert sample["run"](True) == 0


def test_what_is_kept_shares_its_id_with_no_other(program: Any) -> None:
    sample = program(SOURCE)
    forced(sample, "kept")
    assert sample["run"](False) == 0


def test_an_object_has_one_id_however_often_it_is_asked_for() -> None:
    class Card:
        pass

    for what in ("kept", "again"):
        identities = Identities(what)
        first = identities.of(Card(), 1)
        card = Card()
        given = [identities.of(card, id(card)) for _ in range(3)]
        assert given == [given[0]] * 3
        assert (given[0] == first) == (what == "again")


def test_of_very_many_objects_the_later_ones_have_the_ids_that_they_have() -> None:
    class Card:
        pass

    identities = Identities("again")
    cards = [Card() for _ in range(300)]
    assert [identities.of(card, id(card)) for card in cards] == [id(card) for card in cards]
    assert [identities.of(card, id(card)) for card in cards] == [id(card) for card in cards]
    del cards[:]
    late = Card()
    assert identities.of(late, id(late)) == id(late)


def test_ids_are_given_again_within_a_class_only() -> None:
    class Card:
        pass

    class Stamp:
        pass

    identities = Identities("again")
    identities.of(Card(), 1)
    stamp = Stamp()
    assert identities.of(stamp, id(stamp)) == id(stamp)


def test_an_id_that_was_given_again_is_given_to_no_third_one_that_lives_beside_the_second() -> None:
    class Card:
        pass

    identities = Identities("again")
    cards = []
    for _ in range(50):
        gone = Card()
        identities.of(gone, id(gone))
        del gone
        cards.append(Card())
        cards.append(Card())
        identities.of(cards[-2], id(cards[-2]))
        identities.of(cards[-1], id(cards[-1]))
    assert len({identities.of(card, id(card)) for card in cards}) == len(cards)


def test_other_threads_get_the_time_to_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    class Card:
        pass

    identities, asked, gone, over = Identities("again"), threading.Event(), threading.Event(), threading.Event()
    box = [Card()]
    first = identities.of(box[0], id(box[0]))

    def let_go() -> None:
        asked.wait()
        box.clear()
        gone.set()
        over.wait()

    def pause(_: float) -> None:
        asked.set()
        gone.wait()

    monkeypatch.setattr(identity, "sleep", pause)
    thread = threading.Thread(target=let_go)
    thread.start()
    card = Card()
    given = identities.of(card, id(card))
    over.set()
    thread.join()
    assert given == first


def test_a_call_that_is_no_call_of_id_fails_as_it_would() -> None:
    call = Identity(Identities("again"), id)
    with pytest.raises(TypeError, match="exactly one argument"):
        call()
    with pytest.raises(TypeError, match="keyword"):
        call(obj=1)
