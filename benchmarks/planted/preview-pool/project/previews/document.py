from __future__ import annotations

import hashlib
import weakref
from dataclasses import dataclass, field


@dataclass(eq=False)
class Document:
    name: str
    text: str
    pages: list[str] = field(default_factory=list)

    def paginate(self, lines: int = 24) -> None:
        rows = self.text.splitlines()
        self.pages = ["\n".join(rows[at : at + lines]) for at in range(0, len(rows), lines)]


class Library:
    """Hands out documents; the same one as long as somebody uses it."""

    def __init__(self, texts: dict[str, str]):
        self._texts = texts
        self._open: weakref.WeakValueDictionary[str, Document] = weakref.WeakValueDictionary()

    def open(self, name: str) -> Document:
        document = self._open.get(name)
        if document is None:
            document = self._open[name] = Document(name, self._texts[name])
        return document

    def update(self, name: str, text: str) -> None:
        """Replace a text. Documents in use keep the old one."""
        self._texts[name] = text

    @property
    def in_use(self) -> list[str]:
        return sorted(self._open.keys())

    def etag(self, name: str) -> str:
        return hashlib.sha1(self.open(name).text.encode()).hexdigest()[:12]
