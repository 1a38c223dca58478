from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from holdings.books import Book


@dataclass
class Valuation:
    total: float = 0.0
    books: dict[str, float] = field(default_factory=dict)

    def add(self, book: Book) -> None:
        self.books[book.name] = book.value
        self.total += book.value

    def share(self, name: str) -> float:
        return self.books[name] / self.total


def value_books(folder: Path, workers: int = 4) -> Valuation:
    valuation = Valuation()
    with ThreadPoolExecutor(workers) as pool:
        pending = [pool.submit(Book.load, path) for path in sorted(folder.glob("*.json.gz"))]
        for future in as_completed(pending):
            valuation.add(future.result())
    return valuation
