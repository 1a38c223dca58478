from __future__ import annotations

from collections import Counter

from stockroom.journal import Journal


class Shortage(Exception):
    pass


class Stock:
    def __init__(self, journal: Journal):
        self.journal = journal
        self.levels: Counter[str] = Counter()

    @classmethod
    def restore(cls, journal: Journal) -> "Stock":
        stock = cls(journal)
        for movement in journal:
            stock._apply(movement)
        return stock

    def _apply(self, movement: dict) -> None:
        sku, count = movement["sku"], movement["count"]
        if self.levels[sku] + count < 0:
            raise Shortage(f"{sku}: {self.levels[sku]} in stock, {-count} wanted")
        self.levels[sku] += count

    def _book(self, sku: str, count: int) -> None:
        movement = {"sku": sku, "count": count}
        self._apply(movement)
        self.journal.append(movement)

    def receive(self, sku: str, count: int) -> None:
        self._book(sku, count)

    def pick(self, sku: str, count: int) -> None:
        self._book(sku, -count)

    def compact(self) -> None:
        self.journal.compact([{"sku": sku, "count": n} for sku, n in sorted(self.levels.items()) if n])
