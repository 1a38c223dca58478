import threading
from dataclasses import dataclass, field


@dataclass
class Totals:
    bytes: int = 0
    names: list = field(default_factory=list)

    def add(self, name, size):
        self.names.append(name)
        before = self.bytes  # CAUSE
        after = before + max(size, 0)
        self.bytes = after  # CAUSE


def fetch_all(sizes):
    totals = Totals()
    threads = [threading.Thread(target=totals.add, args=item) for item in sizes.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return totals
