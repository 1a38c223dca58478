import threading
from dataclasses import dataclass, field


@dataclass
class Totals:
    bytes: int = 0
    names: list = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, name, size):
        self.names.append(name)
        with self.lock:
            before = self.bytes
            after = before + max(size, 0)
            self.bytes = after


def fetch_all(sizes):
    totals = Totals()
    threads = [threading.Thread(target=totals.add, args=item) for item in sizes.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return totals
