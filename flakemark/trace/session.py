"""A pytest plugin that records a whole session and forces nothing: `pytest -p flakemark.trace.session`.

Used to check that instrumented suites behave like plain ones, and to measure what that costs. Environment variables:

    FLAKEMARK_TRACE_ROOT     the project root, else the current directory
    FLAKEMARK_TRACE_DETAIL   "test": record every test as a diagnosis does; "run": all of them as one run of a diagnosis,
                             which is how it runs the tests before a victim. Else as the flight recorder does

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Generator
from os import environ, getcwd
from typing import Any

import pytest

from flakemark.trace.hook import install_hook
from flakemark.trace.recording import RECORDER

_UNTOUCHED: dict[str, str] = {}


@pytest.hookimpl(hookwrapper=True)
def pytest_load_initial_conftests() -> Generator[None, Any, None]:
    """Put the import hook in front of pytest's, which is there by now."""
    RECORDER.light = not environ.get("FLAKEMARK_TRACE_DETAIL")
    finder = install_hook(environ.get("FLAKEMARK_TRACE_ROOT") or getcwd())
    finder.untouched = _UNTOUCHED
    yield


def pytest_runtest_setup(item: Any) -> None:
    """Begin a recording of its own for every test, or for the first one."""
    if environ.get("FLAKEMARK_TRACE_DETAIL") != "run" or not RECORDER.threads.first:
        RECORDER.start([])


def pytest_sessionfinish() -> None:
    """Let go of what was recorded, as a run of a diagnosis does by its end: nothing that comes after has to walk through it."""
    RECORDER.start([])


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the modules that were loaded without probes."""
    for file, reason in sorted(_UNTOUCHED.items()):
        terminalreporter.write_line(f"flakemark: {file} was loaded without probes ({reason})")
