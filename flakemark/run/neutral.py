"""Switches off what would fight with a worker, without breaking `addopts` that mention it.

Options are overwritten after they were parsed: every spelling in a configuration file stays valid, and
a plugin that is not installed is not asked for.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

# pytest itself, rerunfailures, xdist, cov, randomly, random-order, repeat, ourselves.
_OFF: dict[str, Any] = {
    "maxfail": 0, "usepdb": False, "trace": False, "lf": False, "failedfirst": False, "newfirst": False, "stepwise": False, "collectonly": False,
    "xmlpath": None, "pastebin": None, "report_log": None, "json_report": False, "htmlpath": None, "deselect": None, "keyword": "", "markexpr": "",
    "reruns": 0, "only_rerun": None, "numprocesses": None, "dist": "no", "tx": [], "distload": False, "looponfail": False, "no_cov": True,
    "randomly_reorganize": False, "randomly_reset_seed": False, "count": 1,
    "flakemark_diagnose": False, "flakemark_record": None, "cov_fail_under": None,
}  # fmt: skip


def quieten(options: Any) -> None:
    """Overwrite the options that a namespace has."""
    for name, value in _OFF.items():
        if hasattr(options, name):
            setattr(options, name, value)


class Neutral:
    """The plugin that applies `quieten` before anybody reads the options."""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_load_initial_conftests(self, early_config: Any) -> Generator[None, Any, None]:
        """Coverage starts here."""
        quieten(early_config.known_args_namespace)
        yield

    @pytest.hookimpl(hookwrapper=True)
    def pytest_cmdline_main(self, config: Any) -> Generator[None, Any, None]:
        """xdist, junitxml and the rest start after this."""
        quieten(config.option)
        yield
