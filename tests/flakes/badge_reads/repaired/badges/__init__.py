import queue
import threading
from dataclasses import dataclass


@dataclass(eq=False)
class Read:
    badge: str
    door: int


class Gate:
    """Passes what its readers report on to a log, in the background; a reader may report the same read again."""

    def __init__(self):
        self.log = []
        self._reported = set()
        self._reads = queue.SimpleQueue()
        self._worker = threading.Thread(target=self._run)
        self._worker.start()

    def report(self, read):
        if read in self._reported:
            return
        self._reported.add(read)
        self._reads.put(read)

    def close(self):
        self._reads.put(None)
        self._worker.join()

    def _run(self):
        while (read := self._reads.get()) is not None:
            self.log.append(f"{read.badge} at {read.door}")
