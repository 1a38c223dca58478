"""Places of their own: what a run leaves on the disk, who meets it, who wrote it. And forks in other environments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flakemark.errors import EnvironmentBroken
from flakemark.run import places
from flakemark.runs import Forcing

Make = Callable[..., Any]

LEAVING = {
    "shop/__init__.py": """
        def note(folder):
            (folder / "note.txt").write_text("here")
        """,
    "test_it.py": """
        import os
        from pathlib import Path
        import tempfile
        import shop

        def test_temporary():
            folder = Path(tempfile.gettempdir())
            assert not (folder / "note.txt").exists()
            shop.note(folder)

        def test_home():
            assert not Path("~/note.txt").expanduser().exists()
            shop.note(Path.home())

        def test_tree():
            assert not os.path.exists("note.txt")
            shop.note(Path("."))

        def test_given():
            os.makedirs("made", exist_ok=True)
            assert not os.path.exists("given.txt")

        def test_zone():
            import time
            assert time.localtime(0).tm_hour != 14
        """,
    "conftest.py": "",
}


@pytest.fixture(scope="module")
def bench(make_bench: Make) -> Any:
    return make_bench(LEAVING)


@pytest.mark.parametrize(("name", "file"), [("test_temporary", "tmp"), ("test_home", "home"), ("test_tree", "tree")])
def test_a_file_that_is_left_behind_is_met_again_in_the_same_place_only(bench: Any, name: str, file: str) -> None:
    first, again, other = (bench.run(name, fresh=True, place=number) for number in (1, 2, 1))
    assert (first.passed, again.failed, other.passed) == (True, True, True)
    left = bench.run(name, fresh=True, place=2, compare_state=True).state
    assert [(change.path, change.before) for change in left] == [(f"file:{file}/note.txt", "no file")]
    assert left[0].after == "a file that begins with b'here'"
    assert bench.run(name, fresh=True, place=2, restore=(left[0].path,)).passed


def test_nothing_of_it_reaches_the_projects_own_tree(bench: Any) -> None:
    bench.run("test_tree", fresh=True, place=2)
    assert not (bench.root / "note.txt").exists()


def test_the_line_that_writes_a_file_is_found_and_who_called_it(bench: Any) -> None:
    writes = bench.run("test_tree", fresh=True, place=1, follow="file:tree/note.txt").writes
    assert [(write.file, write.line) for write in writes] == [("shop/__init__.py", 3), ("test_it.py", 18)]


def test_a_file_that_is_not_written_has_no_line(bench: Any) -> None:
    assert bench.run("test_tree", fresh=True, place=1, follow="file:tree/other.txt").writes == ()


def test_what_is_in_the_tree_already_can_be_taken_away(bench: Any) -> None:
    given = bench.root / "given.txt"
    given.write_text("from a former run", encoding="utf-8")
    try:
        assert bench.run("test_given", fresh=True, place=1).failed
        assert bench.run("test_given", fresh=True, place=1, restore=("file:tree/given.txt",)).passed
        assert given.exists()
        left = bench.run("test_given", fresh=True, place=1, compare_state=True).state
        assert [(change.path, change.after) for change in left] == [("file:tree/made", "a folder")]
    finally:
        given.unlink()


def test_a_tree_that_is_too_large_is_not_copied(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST_FILES", 2)
    with pytest.raises(EnvironmentBroken, match="too large to be copied"):
        bench.run("test_tree", fresh=True, place=1)


@pytest.mark.parametrize("path", ["file:../victim", "file:/etc/hostname", "file:tree/../../victim"])
def test_no_file_outside_of_the_place_is_touched(bench: Any, path: str) -> None:
    with pytest.raises(EnvironmentBroken, match="no file of the place"):
        bench.run("test_tree", fresh=True, place=1, restore=(path,))


def test_no_place_is_left_behind(bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    bench.run("test_tree", fresh=True, place=2)
    assert list(tmp_path.iterdir()) == []


def test_runs_in_another_environment_are_forked_too(bench: Any) -> None:
    east = (("TZ", "EAST-14"),)
    ends = [bench.run("test_zone", environment=chosen, fresh=new).passed for chosen, new in (((), False), (east, False), (east, True))]
    assert ends == [True, False, False]


def test_a_fork_changes_to_another_environment(bench: Any) -> None:
    forcing = Forcing(kind="under", what="environment", values=(["TZ", "EAST-14"],))
    assert bench.run("test_zone", forcings=(forcing,)).failed
    assert bench.run("test_zone").passed
