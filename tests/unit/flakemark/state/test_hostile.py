"""Shared state of hostile projects: the user's code is never called."""

from __future__ import annotations

from pathlib import Path

import pytest

from flakemark.trace.state.follow import Follower
from flakemark.trace.state.pieces import identity
from flakemark.trace.state.snapshot import Snapshot
from tests.unit.flakemark.state.shop import NAME, load, owner_of

HOSTILE = """\
CALLED = []


def called(*args, **kwargs):
    CALLED.append(args)
    raise AssertionError("the user's code was called")


class Meta(type):
    __instancecheck__ = __subclasscheck__ = __eq__ = called
    __hash__ = type.__hash__

    def __getattribute__(cls, name):
        CALLED.append(name)
        return type.__getattribute__(cls, name)


class Hostile:
    __eq__ = __ne__ = __repr__ = __str__ = __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = called
    __getattr__ = __format__ = __reduce__ = __reduce_ex__ = __copy__ = __deepcopy__ = __dir__ = __index__ = called
    __hash__ = object.__hash__

    @property
    def total(self):
        called("total")

    def __getattribute__(self, name):
        called(name)

    def __setattr__(self, name, value):
        called(name)


class Strange(metaclass=Meta):
    size = 1


class Walled(dict):
    __iter__ = keys = items = values = copy = clear = update = __len__ = __getitem__ = __setitem__ = called


class Listed(list):
    append = extend = clear = copy = __len__ = __getitem__ = called


ONE = Hostile()
object.__setattr__(ONE, "inner", Hostile())
ALL = [ONE, {ONE: ONE}, (ONE,), {ONE}]
WALLED = Walled()
LISTED = Listed()
CALLED.clear()
"""


def test_hostile_objects_are_never_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load(tmp_path, monkeypatch, HOSTILE)
    snapshot = Snapshot(owner_of(module), {"one": module.ONE})
    module.ALL.append(1)
    module.ALL[1][2] = module.ONE
    list.append(module.LISTED, module.ONE)
    found = {piece.path: piece for piece in snapshot.changes()}
    assert {f"{NAME}.ALL[]", f"{NAME}.ALL[1][]", f"{NAME}.LISTED[]"} <= found.keys()
    for piece in found.values():
        piece.text()
        piece.restore()
    piece = snapshot.find(f"{NAME}.ONE")
    assert piece is not None
    with Follower(piece, owner_of(module)) as follower:
        module.ONE = None
    assert follower.writes == []  # no line of the project did it
    assert module.CALLED == []
    assert (list.__len__(module.ALL), list.__len__(module.LISTED)) == (4, 0)


def test_scalars_count_by_value_and_everything_else_by_identity() -> None:
    one, other = [1], [1]
    assert identity(1.0) != identity(1)
    assert identity(True) != identity(1)
    assert identity("ab" * 2) == identity("abab")
    assert identity((1, ("a",))) == identity((1, ("a",)))
    assert identity(one) != identity(other)
    assert identity((one,)) != identity((other,))
    assert identity(()) != identity(((),))


def test_an_object_that_has_slots_and_no_dictionary_is_passed_over() -> None:
    folder = Path("somewhere")  # has slots only, up to Python 3.11
    snapshot = Snapshot(lambda filename: False, {"folder": folder})
    assert [piece.path for piece in snapshot.changes() if "folder" in piece.path] == []
