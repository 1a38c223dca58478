from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from notesearch.index import Index


@dataclass
class Note:
    title: str
    body: str
    written: datetime = field(default_factory=datetime.now)

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.title}\n{self.body}"


class Notebook:
    """Notes by title. The index follows in the background, so that typing is never held up."""

    def __init__(self, index: Index | None = None):
        self.notes: dict[str, Note] = {}
        self.index = index or Index()
        self._updates: set[asyncio.Task] = set()

    def save(self, title: str, body: str) -> Note:
        note = self.notes[title] = Note(title, body)
        update = asyncio.create_task(self.index.update(title, note.text))
        self._updates.add(update)
        update.add_done_callback(self._updates.discard)
        return note

    def remove(self, title: str) -> None:
        del self.notes[title]
        self.index.forget(title)

    def find(self, query: str) -> list[Note]:
        return [self.notes[title] for title in self.index.search(query)]

    async def aclose(self) -> None:
        await asyncio.gather(*self._updates)
