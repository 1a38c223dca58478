from __future__ import annotations

import queue
import threading
from pathlib import Path
from typing import Callable

from alertrelay.alert import Alert, Severity


class Relay:
    """Passes alerts on to a channel, in the background."""

    def __init__(self, send: Callable[[str], None], journal: Path, threshold: Severity = Severity.WARNING):
        self.send = send
        self.threshold = threshold
        self._journal = journal.open("a")
        self._submitted: set[int] = set()
        self._queue: queue.Queue[Alert | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def submit(self, alert: Alert) -> bool:
        """Queue an alert. Callers may submit the same alert again, e.g. on every check; it is sent once."""
        if alert.severity < self.threshold or id(alert) in self._submitted:
            return False
        self._submitted.add(id(alert))
        self._queue.put(alert)
        self._journal.write(f"{alert.raised:.3f} {alert.ref}\n")
        self._journal.flush()
        return True

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()
        self._journal.close()

    def _run(self) -> None:
        while (alert := self._queue.get()) is not None:
            self.send(str(alert))
