import random
import threading
import time


class Station(threading.Thread):
    """A germination station that takes its trays one after the other."""

    def __init__(self, ledger, orders):
        super().__init__()
        self.ledger = ledger
        self.orders = list(orders)
        random.shuffle(self.orders)

    def run(self):
        for accession, seeds in self.orders:
            time.sleep(random.uniform(0.0, 0.002))
            self.ledger.withdraw(accession, seeds)


def work(*stations):
    for station in stations:
        station.start()
    for station in stations:
        station.join()
