"""Work for the other core: processes that do nothing but count, for as long as a run lasts.

They are no children of the test, which may look at its children or wait for any of them: they are given away, and end with
whatever else the run leaves behind; after some time by themselves, in any case.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
from time import monotonic as _monotonic
from typing import Any

_fork, _waitpid, _exit = os.fork, os.waitpid, os._exit


def keep_busy(forces: list[dict[str, Any]], seconds: float) -> None:
    """Start as many as the forces of kind "busy" say.

    Args:
        forces: as JSON.
        seconds: after which they end by themselves.
    """
    for force in forces:
        if force["kind"] == "busy":
            for _ in range(int(force["edge"])):
                _start(_monotonic() + seconds)


def _start(until: float) -> None:
    pid = _fork()
    if pid:
        _waitpid(pid, 0)
        return
    try:
        if _fork() == 0:
            while _monotonic() < until:
                pass
    finally:
        _exit(0)
