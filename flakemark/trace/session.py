"""A pytest plugin that records a whole session and forces nothing: `pytest -p flakemark.trace.session`.

Used to check that instrumented suites behave like plain ones. The project root comes from the environment
variable FLAKEMARK_TRACE_ROOT, else it is the current directory.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from os import environ, getcwd
from typing import Any

from flakemark.trace.hook import install_hook
from flakemark.trace.probe import RECORDER

FINDER = install_hook(environ.get("FLAKEMARK_TRACE_ROOT") or getcwd())


def pytest_runtest_setup(item: Any) -> None:
    """Begin a recording of its own for every test."""
    RECORDER.start([])


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the modules that were loaded without probes."""
    for file, reason in sorted(FINDER.untouched.items()):
        terminalreporter.write_line(f"flakemark: {file} was loaded without probes ({reason})")
