"""Which sites are left out, and when that is no longer true."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flakemark.trace.hot import MOST, HotSites
from flakemark.trace.recording import RECORDER

SOURCES = {"a.py": b"x = 1\n", "b.py": b"y = 2\n"}
Make = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    for name, source in SOURCES.items():
        (root / name).write_bytes(source)
    (tmp_path / "kept").mkdir()
    return root


def hot(project: Path, probed: str = "values") -> HotSites:
    return HotSites(str(project), str(project.parent / "kept"), probed)


def learn(project: Path, *found: tuple[str, int, bool]) -> None:
    sites = hot(project)
    for name in SOURCES:
        sites.of(name, (project / name).read_bytes())
    sites.learn(found, sites.folder)


def left_out(project: Path) -> dict[str, set[int]]:
    sites = hot(project)
    return {name: set(sites.of(name, (project / name).read_bytes())) for name in SOURCES}


def test_what_one_session_learned_the_next_one_leaves_out(project: Path) -> None:
    assert left_out(project) == {"a.py": set(), "b.py": set()}
    learn(project, ("a.py", 3, False), ("b.py", 1, True))
    assert left_out(project) == {"a.py": {3}, "b.py": {1}}
    learn(project, ("a.py", 5, True))
    assert left_out(project) == {"a.py": {3, 5}, "b.py": {1}}


def test_a_changed_file_has_its_probes_again_and_calls_elsewhere_too(project: Path) -> None:
    learn(project, ("a.py", 3, False), ("a.py", 4, True), ("b.py", 1, False))
    (project / "b.py").write_text("y = 3")
    assert left_out(project) == {"a.py": {3}, "b.py": set()}
    learn(project)
    assert left_out(project) == {"a.py": {3}, "b.py": set()}
    (project / "b.py").unlink()
    assert hot(project).of("a.py", SOURCES["a.py"]) == {3}


def test_a_module_that_changes_in_the_middle_of_a_session_teaches_nothing(project: Path) -> None:
    sites = hot(project)
    sites.of("a.py", SOURCES["a.py"])
    sites.of("a.py", b"x = 2")
    sites.learn([("a.py", 3, False)], sites.folder)
    assert left_out(project)["a.py"] == set()


def test_another_package_in_the_environment_makes_it_all_forgotten(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = project.parent / "site-packages"
    packages.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(packages)])
    learn(project, ("a.py", 3, False))
    assert left_out(project)["a.py"] == {3}
    (packages / "new").mkdir()
    assert left_out(project)["a.py"] == set()


@pytest.mark.parametrize("content", ["", "{", "[]", "3", "{}", '{"made_by": 1, "files": {}}', "[" * 100_000, "\udcff"])
def test_a_damaged_list_says_nothing(project: Path, content: str) -> None:
    learn(project, ("a.py", 3, False))
    (file,) = (project.parent / "kept").iterdir()
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert left_out(project)["a.py"] == set()


def test_damaged_places_say_nothing(project: Path) -> None:
    learn(project, ("a.py", 3, False))
    (file,) = (project.parent / "kept").iterdir()
    whole = file.read_text()
    for entry in ("null", "[]", '["x",[1]]', '["x",["1"],[]]', '["x",1,2]'):
        file.write_text(whole[: whole.index('"files"')] + f'"files":{{"a.py":{entry}}}}}')
        assert left_out(project)["a.py"] == set()


def test_no_more_than_a_trace_can_name_are_left_out_the_hottest_first(project: Path) -> None:
    learn(project, *[("a.py", place, False) for place in range(MOST + 9)])
    assert left_out(project)["a.py"] == set(range(MOST))


def test_what_gets_probes_has_a_list_of_its_own(project: Path) -> None:
    learn(project, ("a.py", 3, False))
    assert hot(project, "flow").of("a.py", SOURCES["a.py"]) == set()


def heats(sample: Any) -> dict[tuple[int, str], int]:
    """Return the sites that are hot: line and kind, and in how many tests they were."""
    numbers = [number for number, site in enumerate(RECORDER.table.sites) if site.file == sample.file]
    found = {number: RECORDER.heat(number) for number in numbers}
    return {(RECORDER.table.sites[number].line, RECORDER.table.sites[number].kind): heat for number, heat in found.items() if heat}


def test_hot_are_sites_that_test_after_test_had_more_than_is_recorded(program: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RECORDER, "light", True)
    sample = program(
        """
        import random, os
        def run(handed):
            for n in range(50):
                abs(n)
                x = n + 1
                random.random()
                handed()
                "HOME" in os.environ
            if x: return abs(-1)
        """
    )
    for _ in range(2):
        RECORDER.start([])
        sample["run"](int)
    assert heats(sample) == {}
    for _ in range(4):
        RECORDER.start([])
        sample["run"](int)
    RECORDER.start([])
    # Neither the source, nor what is handed in and may be one, nor what is reached once a test.
    assert set(heats(sample)) == {(5, "call"), (6, "store")}
