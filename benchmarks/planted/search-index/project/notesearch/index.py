from __future__ import annotations

import asyncio
import zlib
from collections import Counter, defaultdict

from notesearch import words


def digest(text: str) -> tuple[Counter[str], bytes]:
    return words.count(text), zlib.compress(text.encode(), level=9)


class Index:
    def __init__(self) -> None:
        self._postings: dict[str, Counter[str]] = defaultdict(Counter)
        self._texts: dict[str, bytes] = {}
        self.size = 0

    async def update(self, key: str, text: str) -> None:
        counts, packed = await asyncio.to_thread(digest, text)
        self.forget(key)
        for word, number in counts.items():
            self._postings[word][key] = number
        self._texts[key] = packed
        self.size += 1

    def forget(self, key: str) -> None:
        known = [word for word, counts in self._postings.items() if key in counts]
        for word in known:
            del self._postings[word][key]
        if known:
            del self._texts[key]
            self.size -= 1

    def excerpt(self, key: str, length: int = 60) -> str:
        return " ".join(zlib.decompress(self._texts[key]).decode().split())[:length]

    def search(self, query: str, limit: int = 10) -> list[str]:
        total: Counter[str] = Counter()
        for word in words.count(query):
            total.update(self._postings.get(word, {}))
        ranked = sorted(total.items(), key=lambda item: (-item[1], item[0]))
        return [key for key, _ in ranked[:limit]]
