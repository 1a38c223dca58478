"""Switches off what would fight with a worker, without breaking `addopts` that mention it.

Options are overwritten after they were parsed: every spelling in a configuration file stays valid, and
a plugin that is not installed is not asked for. Nothing that the user's own sessions write is written: their
JUnit file, their coverage data, their cache of last failures.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Generator
from os import devnull
from typing import Any

import pytest

# Of pytest itself. Fixed: how failures are printed, because places are read from the printed form.
_PYTEST: dict[str, Any] = {
    "maxfail": 0, "usepdb": False, "trace": False, "stepwise": False, "lf": False, "failedfirst": False, "newfirst": False,
    "collectonly": False, "setuponly": False, "setupplan": False, "setupshow": False,
    "showfixtures": False, "show_fixtures_per_test": False, "deselect": None,
    "keyword": "", "markexpr": "", "cacheclear": False, "cacheshow": None, "xmlpath": None, "pastebin": None,
    "log_file": devnull, "tbstyle": "auto", "showlocals": False, "fulltrace": False,
}  # fmt: skip
# Of plugins: xdist, cov, randomly, random-order, report-log, json-report, html, split, ourselves. Options that change which
# node ids exist (pytest-repeat's --count) stay.
_PLUGINS: dict[str, Any] = {
    "numprocesses": None, "dist": "no", "tx": [], "distload": False, "looponfail": False, "cov_source": [], "cov_fail_under": None,
    "randomly_reorganize": False, "randomly_reset_seed": False, "random_order_enabled": False,
    "random_order_bucket": "default:module", "report_log": None, "json_report": False, "htmlpath": None, "splits": None,
    "store_durations": False, "flakemark_diagnose": False, "flakemark_record": None,
}  # fmt: skip
# They repeat a test within one run, whatever the options say: their marks and decorators count as well. rerunfailures also
# starts a thread when xdist is installed, and with a thread there is no forking.
_REPEATERS = ("rerunfailures", "flaky", "pytest-retry")


def quieten(options: Any) -> None:
    """Overwrite the options that a namespace has."""
    for name, value in {**_PYTEST, **_PLUGINS}.items():
        if hasattr(options, name):
            setattr(options, name, value)


class Neutral:
    """The plugin that switches off.

    Args:
        cache: where pytest's cache is kept instead of the user's folder.
    """

    def __init__(self, cache: str) -> None:
        self.cache = cache

    @pytest.hookimpl(hookwrapper=True)
    def pytest_load_initial_conftests(self, early_config: Any) -> Generator[None, Any, None]:
        """Coverage starts here."""
        quieten(early_config.known_args_namespace)
        yield

    @pytest.hookimpl(hookwrapper=True)
    def pytest_cmdline_main(self, config: Any) -> Generator[None, Any, None]:
        """xdist, junitxml and the rest start after this."""
        quieten(config.option)
        # `-o cache_dir=...` would be an unknown setting where the cache plugin is blocked.
        getattr(config, "_inicache", {})["cache_dir"] = self.cache
        for name in _REPEATERS:
            if config.pluginmanager.has_plugin(name):
                config.pluginmanager.unregister(name=name)
                config.addinivalue_line("markers", "flaky: repeating is switched off while a test is diagnosed")
        randomly = config.pluginmanager.get_plugin("randomly")
        if hasattr(randomly, "_reseed"):
            # It seeds when the session starts; it would look as if the project wanted those numbers in every run.
            randomly._reseed = _keep_seed
        yield


def _keep_seed(config: Any, offset: int = 0) -> int:
    return 0
