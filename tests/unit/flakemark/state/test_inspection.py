"""What one run has to do with shared state: compare it, put pieces back, follow one to its line."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flakemark.trace.state.inspection import Inspection
from tests.unit.flakemark.state.shop import NAME, line_of, load, owner_of


def inspect(shop: ModuleType, **wanted: Any) -> Inspection:
    return Inspection({"compare": False, "restore": [], "follow": "", **wanted}, owner_of(shop), {})


def test_a_run_that_wants_nothing_looks_at_nothing(shop: ModuleType) -> None:
    with inspect(shop) as inspection:
        shop.writes_list()
    assert inspection.snapshot is None
    assert (inspection.changes, inspection.writes) == ([], [])


def test_a_run_compares(shop: ModuleType) -> None:
    with inspect(shop, compare=True) as inspection:
        shop.writes_list()
        shop.writes_new_variable()
    assert set(inspection.changes) == {(f"{NAME}.ITEMS[]", "[1]", "[1, 2]"), ("os.environ.FLAKE_NEW", "<nothing>", "b'1'")}


def test_a_run_puts_back_what_it_was_asked_to_and_nothing_else(shop: ModuleType) -> None:
    with inspect(shop, restore=[f"{NAME}.ITEMS[]", "os.environ.FLAKE_NEW"]):
        shop.writes_list()
        shop.writes_global()
        shop.writes_new_variable()
    assert (shop.ITEMS, shop.LIMIT, "FLAKE_NEW" in os.environ) == ([1], 20, False)


def test_a_run_follows(shop: ModuleType) -> None:
    with inspect(shop, follow=f"{NAME}.ITEMS[]") as inspection:
        shop.writes_list()
    assert [line for _, line, _, _ in inspection.writes] == [line_of("writes_list")]


def test_a_level_that_was_put_back_counts_at_once(shop: ModuleType) -> None:
    logger = logging.getLogger("flake.known")
    logger.setLevel(logging.ERROR)
    with inspect(shop, restore=["logger flake.known.level"]):
        logger.setLevel(logging.DEBUG)
        assert logger.isEnabledFor(logging.DEBUG)
    assert not logger.isEnabledFor(logging.DEBUG)


LEAKY = """\
import threading

GO_ON = threading.Event()


class Reporter:
    def start(self):
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def run(self):
        GO_ON.wait(20)


def leaks():
    reporter = Reporter()
    reporter.start()
    return reporter


def ends():
    reporter = Reporter().start()
    GO_ON.set()
    reporter.thread.join()
"""


def test_a_thread_that_is_left_running_is_followed_to_the_outermost_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load(tmp_path, monkeypatch, LEAKY)
    with Inspection({"compare": True, "restore": [], "follow": "thread Reporter.run"}, owner_of(module), {}) as inspection:
        reporter = module.leaks()
    module.GO_ON.set()
    reporter.thread.join()
    assert ("thread Reporter.run", "0", "1") in inspection.changes
    start = LEAKY.splitlines().index("    reporter.start()") + 1
    assert [(line, function) for _, line, function, _ in inspection.writes] == [(start, "leaks")]


def test_a_thread_that_has_ended_is_no_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load(tmp_path, monkeypatch, LEAKY)
    with Inspection({"compare": True, "restore": [], "follow": "thread Reporter.run"}, owner_of(module), {}) as inspection:
        module.ends()
    assert [path for path, _, _ in inspection.changes if path.startswith("thread")] == []
    assert inspection.writes == []
