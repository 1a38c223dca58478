import logging
import queue
import threading
from dataclasses import dataclass, field

from .backlog import backlog

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tile:
    name: str
    size: int
    colours: frozenset = field(default_factory=frozenset)

    def halves(self):
        if self.size % 2:
            raise ValueError(f"{self.name}: odd size {self.size}")
        return [Tile(f"{self.name}{side}", self.size // 2, self.colours) for side in "lr"]


class Cutter:
    """Takes tiles from the backlog and cuts them in the background."""

    idle_min = 0.004
    idle_max = 0.06

    def __init__(self, name):
        self.name = name
        self.pieces = []
        self.rejected = []
        self._quit = threading.Event()
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)

    def start(self):
        self._thread.start()
        return self

    def close(self):
        self._quit.set()
        self._thread.join()

    def _loop(self):
        idle = self.idle_min
        while not self._quit.is_set():
            try:
                tile = backlog.get_nowait()
            except queue.Empty:
                self._quit.wait(idle)
                idle = min(idle * 2, self.idle_max)
                continue
            idle = self.idle_min
            try:
                self.pieces.extend(tile.halves())
            except ValueError as exc:
                log.warning("rejected: %s", exc)
                self.rejected.append(tile)
            backlog.task_done()
