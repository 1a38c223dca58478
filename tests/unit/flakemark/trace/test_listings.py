"""Listings in a forced order, and what must not be noticed of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flakemark.trace.recording import RECORDER

Make = Callable[..., Any]
NAMES = [f"f{number}" for number in range(8)]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for folder in ("a", "b", "c"):
        for name in NAMES:
            (tmp_path / folder / name).mkdir(parents=True)
            (tmp_path / folder / f"{name}.txt").touch()
    return tmp_path


SCAN = "import os\nwith os.scandir(d) as entries:\n    out = [entry.name for entry in entries]"
WALK = "import os\nout = [(os.path.basename(p), list(dirs), list(files)) for p, dirs, files in os.walk(d)]"
FWALK = "import os\nout = [(os.path.basename(p), list(dirs), list(files)) for p, dirs, files, _ in os.fwalk(d)]"
PATH_WALK = "from pathlib import Path\nout = [(p.name, list(dirs), list(files)) for p, dirs, files in Path(d).walk()]"


def listed(program: Make, source: str, folder: Path, *forces: dict[str, Any]) -> Any:
    sample = program(f"d = {str(folder)!r}\n{source}", run=False)
    RECORDER.start(list(forces))
    return sample.run()["out"]


@pytest.mark.parametrize("source", [WALK, FWALK, PATH_WALK])
def test_a_walk_is_permuted_and_stays_a_walk(program: Make, tree: Path, source: str) -> None:
    if source == PATH_WALK and not hasattr(Path, "walk"):
        pytest.skip("since 3.12")
    plain = listed(program, source, tree)
    other = listed(program, source, tree, {"kind": "permute", "what": "listing", "seed": 5})
    assert plain != other
    assert sorted((p, sorted(dirs), sorted(files)) for p, dirs, files in plain) == sorted(
        (p, sorted(dirs), sorted(files)) for p, dirs, files in other
    )
    for position, (_, dirs, _) in enumerate(other):  # folders come in the order that was handed out
        if position == 0:
            assert [p for p, _, _ in other if p in dirs] == dirs


def test_a_walk_is_put_back_also_under_another_root(program: Make, tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    sample = program(f"d = {str(tree)!r}\n{WALK}", run=False)
    RECORDER.start([{"kind": "permute", "what": "listing", "seed": 5}])
    permuted = sample.run()["out"]
    literal = next(one for one in sample.seen(line=3, kind="call") if one[1] and one[1][0][0] == "tuple")
    key = next(site.key for site in sample.sites() if site.callee == "walk")
    order = {"kind": "order", "site": key, "values": [literal]}
    RECORDER.start([order])
    assert sample.run()["out"] == permuted
    elsewhere = tmp_path_factory.mktemp("elsewhere") / tree.name
    os.rename(tree, elsewhere)
    sample.namespace["d"] = str(elsewhere)
    again = program(f"import os\nd = {str(elsewhere)!r}\n{WALK.removeprefix('import os')}", run=False)
    key = next(site.key for site in again.sites() if site.callee == "walk")
    RECORDER.start([{**order, "site": key}])
    assert again.run()["out"] == permuted


def test_a_walk_can_still_be_pruned(program: Make, tree: Path) -> None:
    source = "import os\nout = []\nfor p, dirs, files in os.walk(d):\n    out.append(os.path.basename(p))\n"
    source += "    dirs[:] = [x for x in dirs if x == 'b']"
    for forces in ([], [{"kind": "permute", "what": "listing", "seed": 2}]):
        assert listed(program, source, tree, *forces) == [tree.name, "b"]


def test_a_scan_is_permuted_and_put_back(program: Make, tree: Path) -> None:
    sample = program(f"d = {str(tree / 'a')!r}\n{SCAN}", run=False)
    RECORDER.start([{"kind": "permute", "what": "listing", "seed": 3}])
    permuted = sample.run()["out"]
    literal = sample.seen(line=3, kind="call")[-1]
    RECORDER.start([])
    assert sorted(sample.run()["out"]) == sorted(permuted)
    assert sample["out"] != permuted
    RECORDER.start([{"kind": "order", "site": sample.key(3, "call", "scandir"), "values": [literal]}])
    assert sample.run()["out"] == permuted


def test_a_scan_is_still_an_iterator_that_is_closed(program: Make, tree: Path) -> None:
    source = "import os\ns = os.scandir(d)\nfirst = next(s)\ns.close()\nout = [first.is_dir(), list(s), iter(s) is s]"
    assert listed(program, source, tree) == [True, [], True]


def test_a_scan_that_is_never_closed_is_still_told_by_python(program: Make, tree: Path) -> None:
    sample = program(f"import os\nd = {str(tree)!r}\ndef look():\n    for entry in os.scandir(d):\n        return entry.name")
    with pytest.warns(ResourceWarning, match="unclosed scandir"):
        sample["look"]()


def test_the_steps_of_a_walk_and_the_entries_of_a_scan_are_in_the_trace(program: Make, tree: Path) -> None:
    sample = program(f"d = {str(tree / 'a')!r}\n{SCAN}\n{WALK}", run=False)
    RECORDER.start([])
    sample.run()
    assert sample.seen(line=3, kind="call")[0][1][0] == ["obj", "posix.DirEntry", [["name", os.listdir(tree / "a")[0]]]]
    step = sample.seen(line=6, kind="call")
    assert any(literal[:1] == ["list"] and literal[1][0][0] == "tuple" for literal in step if isinstance(literal, list) and literal[1])
