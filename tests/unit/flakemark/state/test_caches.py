"""Caches whose containers are changed after they were cached."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from flakemark.trace.state.follow import Follower
from flakemark.trace.state.snapshot import Snapshot
from tests.unit.flakemark.state.shop import NAME, load, owner_of, seen

SOURCE = """
import functools

@functools.lru_cache(maxsize={maxsize})
def profile(name, width=10):
    return {{"name": name, "page": {{"width": width}}, "notes": []}}

@functools.lru_cache(maxsize={maxsize})
def label(name):
    return name.upper()

def widened(name):
    found = profile(name)
    found["page"]["width"] += 1  # WRITE
    return found

def looks():
    return profile("a6")["page"]["width"], label("a6")

def asks_in_another_order():
    return [profile(name) for name in ("b", "a", "b")]
"""
LINE = next(number for number, line in enumerate(SOURCE.splitlines(), start=1) if line.endswith("# WRITE"))


@pytest.fixture(params=[None, 128])
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> ModuleType:
    return load(tmp_path, monkeypatch, SOURCE.format(maxsize=request.param))


def written(module: ModuleType, snapshot: Snapshot) -> tuple[Follower, str]:
    path = f"{NAME}.profile (cache)"
    piece = snapshot.find(path)
    assert piece is not None
    return Follower(piece, owner_of(module)), path


def test_what_is_changed_after_it_was_cached_is_the_write_that_counts(profiles: ModuleType) -> None:
    snapshot = Snapshot(owner_of(profiles), {})
    follower, path = written(profiles, snapshot)
    with follower:
        profiles.looks()
        profiles.widened("a6")
        profiles.widened("a6")
    assert follower.writes[0][1] == LINE
    seen(snapshot, path).restore()
    assert profiles.looks() == (10, "A6")


def test_what_was_cached_before_and_is_changed_now_is_a_change(profiles: ModuleType) -> None:
    profiles.looks()
    snapshot = Snapshot(owner_of(profiles), {})
    follower, path = written(profiles, snapshot)
    with follower:
        profiles.widened("a6")
    assert [line for _, line, _, _ in follower.writes] == [LINE]
    assert [piece.path for piece in snapshot.changes()] == [path]


def test_what_is_only_asked_for_again_is_no_change(profiles: ModuleType) -> None:
    profiles.asks_in_another_order()
    profiles.looks()
    snapshot = Snapshot(owner_of(profiles), {})
    profiles.asks_in_another_order()
    profiles.looks()
    assert snapshot.changes() == []


def test_where_too_many_are_cached_to_look_at_being_used_is_no_change_either(profiles: ModuleType) -> None:
    for number in range(60):
        profiles.profile(str(number))
    snapshot = Snapshot(owner_of(profiles), {})
    for number in (3, 41, 7):
        profiles.profile(str(number))
    assert snapshot.changes() == []


def test_looking_counts_as_no_use_of_the_cache(profiles: ModuleType) -> None:
    profiles.looks()
    before = profiles.profile.cache_info()
    snapshot = Snapshot(owner_of(profiles), {})
    profiles.label("other")
    assert [piece.path for piece in snapshot.changes()] == [f"{NAME}.label (cache)"]
    assert profiles.profile.cache_info() == before
