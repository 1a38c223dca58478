from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from urllib.parse import urldefrag, urljoin


class Frontier:
    """URLs still to visit, each of them once."""

    def __init__(self, seeds: Iterable[str] = ()):
        self._queue: deque[str] = deque()
        self._seen: set[str] = set()
        for url in seeds:
            self.add(url)

    def add(self, url: str, base: str | None = None) -> bool:
        if base:
            url = urljoin(base, url)
        url = urldefrag(url).url
        if url in self._seen or not url.startswith(("http://", "https://")):
            return False
        self._seen.add(url)
        self._queue.append(url)
        return True

    def __iter__(self):
        while self._queue:
            yield self._queue.popleft()

    def __len__(self) -> int:
        return len(self._queue)
