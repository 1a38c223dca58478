"""Modules with probes that are kept between processes: the same code, never a stale or damaged one."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from flakemark.events import Site
from flakemark.trace.instrument import instrument
from flakemark.trace.prepared import MARK, Draft, Prepared, Shelf, numbered, stamp
from flakemark.trace.probe import VALUE, install
from flakemark.trace.recording import RECORDER

SOURCE = """
def outer(n):
    def inner(k=abs(-3)):
        return [abs(x + k) for x in range(n)]
    return inner()
class A:
    big = 10 ** 40
    text = "text", 1, 2.5, frozenset({1})
out = outer(4)
"""


def prepare(source: str, left_out: frozenset[int] = frozenset()) -> Prepared:
    draft = Draft(left_out)
    tree = instrument(ast.parse(source), "prepared_sample.py", draft.add)
    return draft.prepared(compile(tree, "prepared_sample.py", "exec", dont_inherit=True))


def run(prepared: Prepared) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Run a prepared module; return its namespace, and the key and literal of every event."""
    install()
    RECORDER.start([])
    namespace: dict[str, Any] = {"__name__": "sample"}
    exec(numbered(prepared.code, RECORDER.add_module("prepared_sample.py", prepared)), namespace)
    seen = [(RECORDER.table.sites[event[0]].key, event[2]) for event in RECORDER.recorded()]
    RECORDER.start([])
    return namespace, seen


def keys(prepared: Prepared) -> list[str]:
    return [site[0] for site in prepared.sites]


def test_what_is_kept_runs_as_what_was_made(tmp_path: Path) -> None:
    made = prepare(SOURCE)
    shelf = Shelf(str(tmp_path / "shelf"))
    assert shelf.get("a.py", b"key", lambda: made) is made
    shelf.flush()
    kept = Shelf(str(tmp_path / "shelf")).get("a.py", b"key", lambda: pytest.fail("it was kept"))
    assert kept[1:] == made[1:]
    (namespace, seen), (other, expected) = run(kept), run(made)
    assert namespace["out"] == other["out"] == [3, 4, 5, 6]
    assert namespace["A"].big == 10**40
    assert namespace["A"].text == ("text", 1, 2.5, frozenset({1}))
    assert seen == expected
    assert len(seen) > 8


def test_every_mark_becomes_a_number_and_no_other_constant_changes() -> None:
    prepared = prepare("x = f(1)\ny = [x, 1, 2, MARK]\n".replace("MARK", str(MARK - 1)))
    code = numbered(prepared.code, [7 + place for place in range(len(prepared.sites))])
    whole = {each for each in code.co_consts if type(each) is int}
    assert {each for each in whole if each >= MARK} == set()
    assert {7, 8, MARK - 1} <= whole


@pytest.mark.parametrize(
    "damage", [lambda old: b"", lambda old: old[:9], lambda old: old[:-1], lambda old: old[:40] + b"\0" + old[41:], lambda old: old + b"x"]
)
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: Any) -> None:
    shelf = Shelf(str(tmp_path))
    shelf.get("a.py", b"key", lambda: prepare(SOURCE))
    shelf.flush()
    (file,) = tmp_path.iterdir()
    content = file.read_bytes()
    assert damage(content) != content
    file.write_bytes(damage(content))
    new = prepare("x = 1")
    assert Shelf(str(tmp_path)).get("a.py", b"key", lambda: new) is new


def test_another_key_is_made_anew_and_replaces_the_file(tmp_path: Path) -> None:
    for key in (b"one", b"two"):
        shelf, made = Shelf(str(tmp_path)), prepare(f"x = {key!r}")
        assert shelf.get("a.py", key, lambda made=made: made) is made
        shelf.flush()
    assert len(list(tmp_path.iterdir())) == 1


def test_what_gets_probes_has_a_file_of_its_own(tmp_path: Path) -> None:
    shelf = Shelf(str(tmp_path))
    for probed in ("values", "flow"):
        shelf.get("a.py", b"key", lambda: prepare("x = 1"), probed)
    shelf.flush()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    shelf = Shelf(str(tmp_path / "file"))
    assert shelf.get("a.py", b"key", lambda: prepare("x = 1")).sites == ()
    shelf.flush()
    assert (tmp_path / "file").read_text() == "no folder"


def test_without_a_folder_nothing_is_kept() -> None:
    made = [prepare("x = 1"), prepare("x = 2")]
    shelf = Shelf()
    assert [shelf.get("a.py", b"", lambda each=each: each) for each in made] == made


def test_the_stamp_tells_settings_apart() -> None:
    assert stamp("a.py", True) != stamp("a.py", False)
    assert stamp("a.py") == stamp("a.py")


def test_a_site_that_is_left_out_changes_no_other() -> None:
    source = "def f(a):\n    x = abs(a) + abs(-a)\n    if x > 2:\n        return abs(x)\n    return -x\ny = f(2), f(1)"
    whole = prepare(source)
    for place, key in enumerate(keys(whole)):
        part = prepare(source, frozenset({place}))
        assert part.left_out == (key,)
        assert keys(part) == [each for each in keys(whole) if each != key]
        assert part.places == tuple(each for each in range(len(whole.sites)) if each != place)
        namespace, seen = run(part)
        assert namespace["y"] == (4, -2)
        assert [each for each, _ in seen] == [each for each, _ in run(whole)[1] if each != key]


def test_a_twin_keeps_its_key_when_the_other_one_is_left_out() -> None:
    draft = Draft(frozenset({0}))
    site = Site("a.py:1:0:call", "a.py", 1, 1, "f", "call", "g")
    assert [draft.add(site), draft.add(site)] == [None, MARK]
    assert draft.prepared(compile("", "a.py", "exec")).sites[0][0] == "a.py:1:0:call#2"


def test_all_of_a_module_left_out_leaves_no_probe() -> None:
    whole = prepare("def f(a):\n    return abs(a)\nx = f(-1)")
    bare = prepare("def f(a):\n    return abs(a)\nx = f(-1)", frozenset(range(len(whole.sites))))
    assert VALUE not in bare.code.co_names
    assert run(bare)[0]["x"] == 1
