"""The pytest plugin: options in, diagnosis out.

Nothing of ours is imported unless `--flakemark-diagnose` asks for it: this module is loaded by every
pytest run of everybody who has the package installed.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder
from typing import Any

import pytest


def pytest_addoption(parser: Any) -> None:
    """Declare our options."""
    group = parser.getgroup("flakemark", "find the line that makes a test flaky")
    group.addoption("--flakemark-diagnose", action="store_true", default=False, help="diagnose every test that fails in this session")
    group.addoption("--flakemark-runs", type=int, default=4, metavar="N", help="plain runs to begin with (default 4)")
    group.addoption("--flakemark-timeout", type=float, default=30.0, metavar="S", help="seconds per run (default 30)")
    group.addoption("--flakemark-budget", type=float, default=60.0, metavar="S", help="seconds per diagnosed test (default 60)")
    group.addoption("--flakemark-record", default=None, metavar="DIR", help="keep the trace of every test that fails in DIR")
    group.addoption(
        "--flakemark-record-limit", type=int, default=512, metavar="KIB", help="kilobytes that the trace of one test may have (default 512)"
    )
    group.addoption("--flakemark-record-passing", action="store_true", default=False, help="keep one trace of every test that passes, too")
    group.addoption("--flakemark-record-flow", action="store_true", default=False, help="record branches and known inputs, not every value")
    group.addoption("--flakemark-json", default=None, metavar="PATH", help="write the JSON report there")
    group.addoption("--flakemark-html", default=None, metavar="PATH", help="write the HTML report there")


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_load_initial_conftests(early_config: Any) -> Generator[None, Any, None]:
    """The recorder's import hook has to be there before the first conftest.py is imported, unless a diagnosis has switched it off."""
    options = early_config.known_args_namespace
    if getattr(options, "flakemark_record", None):
        if not 16 <= options.flakemark_record_limit <= 65_536:
            raise pytest.UsageError(f"--flakemark-record-limit={options.flakemark_record_limit}: not a number from 16 to 65536")
        with _without_asserts():
            from flakemark.recorder.learning import earlier
            from flakemark.recorder.session import FlightRecorder

        recorder = FlightRecorder(
            early_config, options.flakemark_record, options.flakemark_record_limit, passing=options.flakemark_record_passing,
            learned=earlier(early_config), flow=options.flakemark_record_flow,
        )  # fmt: skip
        early_config.pluginmanager.register(recorder, "flakemark-recorder")
        early_config.pluginmanager.register(recorder.fixtures, "flakemark-recorder-fixtures")
    yield


def pytest_configure(config: Any) -> None:
    """Take part only if asked to, and never inside an xdist worker."""
    if config.option.flakemark_diagnose and not hasattr(config, "workerinput"):
        from flakemark.face import DiagnoseFailures

        config.pluginmanager.register(DiagnoseFailures(config), "flakemark-diagnose")


class _Ours:
    """Finds the modules of this package."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        return PathFinder.find_spec(name, path, target) if name.startswith("flakemark.") else None


@contextmanager
def _without_asserts() -> Iterator[None]:
    """Load modules of ours past pytest's hook: that it looks into each for asserts takes as long as to load them."""
    sys.meta_path.insert(0, _Ours)
    try:
        yield
    finally:
        sys.meta_path.remove(_Ours)
