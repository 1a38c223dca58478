"""A plugin that measures what the tests of a session take, without its start."""

from __future__ import annotations

import json
import os
import time
from typing import Any


class Watch:
    """Notes the time before the first test and after the last."""

    def __init__(self) -> None:
        self.tests = 0
        self.started = self.ended = (0.0, 0.0)

    def pytest_runtest_logstart(self) -> None:
        """Begin, at the first one."""
        if not self.tests:
            self.started = time.perf_counter(), time.process_time()
        self.tests += 1

    def pytest_runtest_logfinish(self) -> None:
        """End, so far."""
        self.ended = time.perf_counter(), time.process_time()

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write it down, if all passed."""
        if not exitstatus:
            wall, cpu = (end - start for start, end in zip(self.started, self.ended, strict=True))
            with open(os.environ["FM_OUT"], "w", encoding="ascii") as file:
                json.dump({"cpu": cpu / self.tests, "wall": wall / self.tests, "tests": self.tests}, file)


def pytest_configure(config: Any) -> None:
    """Watch."""
    config.pluginmanager.register(Watch())
