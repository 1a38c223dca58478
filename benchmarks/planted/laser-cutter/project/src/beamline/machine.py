from __future__ import annotations

import enum
import threading
import time
from typing import Protocol

from beamline.jobs import Cut, Job


class State(enum.Enum):
    IDLE = "idle"
    CUTTING = "cutting"
    TRIPPED = "tripped"


class Head(Protocol):
    def move(self, cut: Cut) -> None: ...


class Machine:
    """Runs jobs. The interlock trips if a job takes longer than it may."""

    def __init__(self, head: Head, limit: float = 0.12):
        self.head = head
        self.limit = limit
        self.state = State.IDLE
        self.done: list[str] = []
        self.seconds = 0.0

    def _trip(self) -> None:
        if self.state is State.CUTTING:
            self.state = State.TRIPPED

    def reset(self) -> None:
        self.state = State.IDLE

    def run(self, job: Job) -> bool:
        interlock = threading.Timer(self.limit, self._trip)
        interlock.daemon = True
        interlock.start()
        job.check()
        started = time.monotonic()
        self.state = State.CUTTING
        for cut in job.cuts:
            if self.state is State.TRIPPED:
                return False
            self.head.move(cut)
        interlock.cancel()
        self.seconds += time.monotonic() - started
        if self.state is State.TRIPPED:
            return False
        self.state = State.IDLE
        self.done.append(job.ident)
        return True
