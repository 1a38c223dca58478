from __future__ import annotations

import bisect
import hashlib


def point(text: str) -> int:
    return int.from_bytes(hashlib.md5(text.encode()).digest()[:4], "big")


class Ring:
    """Consistent hashing: which nodes are responsible for a key."""

    def __init__(self, replicas: int = 8):
        self.replicas = replicas
        self._points: list[tuple[int, str]] = []

    @property
    def nodes(self) -> list[str]:
        return sorted({node for _, node in self._points})

    def add(self, node: str) -> None:
        for number in range(self.replicas):
            bisect.insort(self._points, (point(f"{node}#{number}"), node))

    def remove(self, node: str) -> None:
        self._points = [entry for entry in self._points if entry[1] != node]

    def owners(self, key: str, count: int = 1) -> list[str]:
        found: list[str] = []
        start = bisect.bisect(self._points, (point(key), ""))
        for index in range(len(self._points)):
            node = self._points[(start + index) % len(self._points)][1]
            if node not in found:
                found.append(node)
            if len(found) == count:
                break
        return found
