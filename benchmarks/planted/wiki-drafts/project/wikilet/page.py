from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from wikilet.clock import isoformat, now_ms
from wikilet.markup import links, outline, slugify


@dataclass
class Page:
    title: str
    body: str
    slug: str
    created: int
    modified: int
    digest: str = ""
    links: set[str] = field(default_factory=set)
    outline: list[tuple[int, str]] = field(default_factory=list)

    @classmethod
    def new(cls, title: str, body: str = "") -> "Page":
        page = cls(title, body, slugify(title), created=now_ms(), modified=0)
        page._index()
        return page

    def _index(self) -> None:
        self.digest = hashlib.sha256(self.body.encode()).hexdigest()
        self.links = links(self.body)
        self.outline = outline(self.body)
        self.modified = now_ms()

    def edit(self, body: str) -> bool:
        if hashlib.sha256(body.encode()).hexdigest() == self.digest:
            return False
        self.body = body
        self._index()
        return True

    @property
    def pristine(self) -> bool:
        return self.modified == self.created

    def byline(self) -> str:
        line = f"created {isoformat(self.created)}"
        return line if self.pristine else f"{line}, last edited {isoformat(self.modified)}"
