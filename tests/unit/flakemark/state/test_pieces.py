"""Shared state: every kind of piece is seen, put back, and followed to the line that writes it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flakemark.trace.state.follow import Follower
from flakemark.trace.state.pieces import ITEMS
from flakemark.trace.state.snapshot import Snapshot
from tests.unit.flakemark.state.shop import NAME, PIECES, line_of, owner_of, seen


@pytest.mark.parametrize("writer", PIECES)
def test_a_piece_is_seen_followed_to_its_line_and_put_back(shop: ModuleType, writer: str) -> None:
    path, before, after = PIECES[writer]
    snapshot = Snapshot(owner_of(shop), {})
    assert [piece.path for piece in snapshot.changes()] == []
    followed = snapshot.find(path)
    assert followed is not None
    with Follower(followed, owner_of(shop)) as follower:
        getattr(shop, writer)()

    piece = seen(snapshot, path)
    assert before in ("", piece.shown)
    assert after in ("", piece.text())
    assert [(Path(file).name, line) for file, line, _, _ in follower.writes] == [(f"{NAME}.py", line_of(writer))]

    piece.restore()
    assert path not in [piece.path for piece in snapshot.changes()]


def test_putting_back_keeps_the_containers_that_others_hold(shop: ModuleType) -> None:
    items = shop.ITEMS
    snapshot = Snapshot(owner_of(shop), {})
    shop.writes_list()
    seen(snapshot, f"{NAME}.ITEMS[]").restore()
    assert shop.ITEMS is items
    assert items == [1]


@pytest.mark.parametrize("name", ["COUNTS", "GROUPS", "ORDERED", "QUEUE", "REGISTRY", "SEEN"])
def test_containers_of_every_kind_are_put_back_in_order(shop: ModuleType, name: str) -> None:
    value = getattr(shop, name)
    before = list(value)
    piece = next(piece for piece in Snapshot(owner_of(shop), {}).pieces if piece.path == f"{NAME}.{name}[]")
    value.clear()
    piece.restore()
    assert list(value) == before
    assert not piece.changed()


def test_a_patched_method_that_was_there_is_put_back(shop: ModuleType) -> None:
    snapshot = Snapshot(owner_of(shop), {})
    shop.Cart.names = property(lambda cart: [])
    shop.Cart.size = 7
    for piece in snapshot.changes():
        piece.restore()
    assert shop.Cart.size == 0
    assert "names" not in vars(shop.Cart)


def test_a_change_at_the_end_of_a_long_list_is_seen(shop: ModuleType) -> None:
    shop.ITEMS.extend(range(2 * ITEMS))
    snapshot = Snapshot(owner_of(shop), {})
    shop.writes_list()
    assert seen(snapshot, f"{NAME}.ITEMS[]")


def test_what_was_written_and_put_back_leaves_no_write(shop: ModuleType) -> None:
    snapshot = Snapshot(owner_of(shop), {})
    piece = snapshot.find(f"{NAME}.ITEMS[]")
    assert piece is not None
    with Follower(piece, owner_of(shop)) as follower:
        shop.writes_list()
        shop.ITEMS.pop()
        shop.writes_global()
    assert follower.writes == []


def test_what_the_body_of_a_module_writes_that_is_reloaded_is_written_by_who_reloads_it(
    shop: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    snapshot = Snapshot(owner_of(shop), {})
    piece = snapshot.find(f"{NAME}.Cart")
    assert piece is not None
    caller = tmp_path / "caller.py"
    caller.write_text("import importlib\n\ndef again(module):\n    return importlib.reload(module)\n", encoding="utf-8")
    namespace: dict[str, Any] = {}
    exec(compile(caller.read_text(encoding="utf-8"), str(caller), "exec"), namespace)
    with Follower(piece, lambda filename: filename in (shop.__file__, str(caller))) as follower:
        namespace["again"](shop)
    assert [(Path(file).name, line) for file, line, _, _ in follower.writes] == [("caller.py", 4)]


def test_a_follower_gives_the_tracing_back(shop: ModuleType) -> None:
    before = sys.gettrace()
    piece = Snapshot(owner_of(shop), {}).find(f"{NAME}.LIMIT")
    assert piece is not None
    with Follower(piece, owner_of(shop)):
        assert sys.gettrace() is not before
    assert sys.gettrace() is before


def test_where_pieces_are_asked_for_modules_of_others_are_looked_at_only_for_them(shop: ModuleType) -> None:
    assert {"email.charset", "email.message"} <= set(sys.modules)
    asked = ("email.charset.DEFAULT_CHARSET", f"{NAME}.LIMIT")
    whole, few = Snapshot(owner_of(shop), {}), Snapshot(owner_of(shop), {}, asked)
    assert all(few.find(path) is not None for path in asked)
    assert len(few.pieces) < len(whole.pieces) / 2
    paths = {piece.path for piece in few.pieces}
    assert {piece.path for piece in whole.pieces if piece.path.startswith(f"{NAME}.")} <= paths
    assert any(path.startswith("email.charset.") for path in paths)
    assert not any(path.startswith("email.message.") for path in paths)


def test_values_of_live_fixtures_are_looked_at(shop: ModuleType) -> None:
    snapshot = Snapshot(owner_of(shop), {"cart": shop.Cart()})
    paths = {piece.path for piece in snapshot.pieces}
    assert {"fixture cart.total", "fixture cart.names[]"} <= paths


def test_a_module_that_was_imported_is_no_change_to_undo(shop: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = Snapshot(owner_of(shop), {})
    (tmp_path / "flake_late.py").write_text("VALUE = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    __import__("flake_late")
    try:
        assert [piece.path for piece in snapshot.changes() if "flake_late" in piece.path] == []
    finally:
        del sys.modules["flake_late"]


def test_numpys_generator_is_state(shop: ModuleType) -> None:
    generator = pytest.importorskip("numpy.random")
    snapshot = Snapshot(owner_of(shop), {})
    expected = generator.random()
    seen(snapshot, "numpy's random state").restore()
    assert generator.random() == expected


def test_a_path_that_never_was_is_not_found(shop: ModuleType) -> None:
    snapshot = Snapshot(owner_of(shop), {})
    assert snapshot.find("no.such.module.NAME") is None
    assert snapshot.find("logger flake.known.colour") is None
