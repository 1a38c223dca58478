"""A plugin that replaces the run loop by fork, call, wait: the least that an isolated run can cost in this process.

With `FM_PROTOCOL` pytest does its own work for the test: fixtures, hooks, reports, as in every run that pytest would call one.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import time
from typing import Any


def pytest_runtestloop(session: Any) -> bool:
    """Run the one test that was collected some times, and write down what that took."""
    (item,) = session.items
    runs = int(os.environ["FM_RUNS"])
    gc.collect()
    gc.freeze()
    started, before = time.perf_counter(), _used()
    for _ in range(runs):
        pid = os.fork()
        if not pid:
            try:
                if "FM_PROTOCOL" in os.environ:
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                else:
                    item.function()
                os._exit(0)
            finally:
                os._exit(1)
        if os.waitpid(pid, 0)[1]:
            raise SystemExit("the test failed")
    wall, cpu = time.perf_counter() - started, _used() - before
    with open(os.environ["FM_OUT"], "w", encoding="ascii") as file:
        json.dump({"cpu": cpu / runs, "wall": wall / runs}, file)
    return True


def _used() -> float:
    """Seconds of the processor of this process and of the children that have ended."""
    both = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in both)
