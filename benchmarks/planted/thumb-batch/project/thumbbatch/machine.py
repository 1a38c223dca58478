from __future__ import annotations

import os
from pathlib import Path

LOADAVG = Path("/proc/loadavg")


def busy_cores() -> int:
    """How many threads are running now, apart from the one which asks."""
    running, _, _ = LOADAVG.read_text().split()[3].partition("/")
    return int(running) - 1


def idle_cores() -> int:
    """How many cores a batch may take without getting in the way of others."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - busy_cores())
