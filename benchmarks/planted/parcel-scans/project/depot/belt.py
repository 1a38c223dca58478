import queue
import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Parcel:
    barcode: str
    weight: int

    @property
    def chute(self):
        return "bulky" if self.weight > 2000 else self.barcode[:2]


class Scanner:
    """Stands in for the laser head: an exposure takes a few milliseconds."""

    def __init__(self, fastest=0.003, slowest=0.008):
        self.fastest = fastest
        self.slowest = slowest

    def expose(self, parcel):
        time.sleep(random.uniform(self.fastest, self.slowest))
        return parcel.barcode.upper()


@dataclass
class Belt:
    scanner: Scanner = field(default_factory=Scanner)
    chutes: dict = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self):
        self._inbox = queue.Queue()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def put(self, *parcels):
        for parcel in parcels:
            self._inbox.put(parcel)

    def drain(self):
        self._inbox.join()

    def stop(self):
        self._inbox.put(None)
        self._thread.join()

    def _run(self):
        while (parcel := self._inbox.get()) is not None:
            code = self.scanner.expose(parcel)
            with self._lock:
                self.chutes[parcel.chute].append(code)
            self._inbox.task_done()

    def counts(self):
        with self._lock:
            return {name: len(codes) for name, codes in self.chutes.items()}
