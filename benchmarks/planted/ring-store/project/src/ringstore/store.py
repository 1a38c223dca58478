from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

from ringstore.identity import node_name
from ringstore.ring import Ring


class Store:
    """Keeps every value on as many nodes as there are copies wanted."""

    def __init__(self, copies: int = 2):
        self.copies = copies
        self.ring = Ring()
        self.data: dict[str, dict[str, tuple[float, Any]]] = defaultdict(dict)

    def join(self, role: str) -> str:
        node = node_name(role)
        before = self._snapshot()
        self.ring.add(node)
        self._move(before)
        return node

    def leave(self, node: str) -> None:
        before = self._snapshot()
        self.ring.remove(node)
        self.data.pop(node, None)
        self._move(before)

    def put(self, key: str, value: Any) -> None:
        for node in self.ring.owners(key, self.copies):
            self.data[node][key] = (time.time(), value)

    def get(self, key: str) -> Any:
        for node in self.ring.owners(key, self.copies):
            if key in self.data[node]:
                return self.data[node][key][1]
        raise KeyError(key)

    def load(self) -> dict[str, float]:
        """The share of the values for each node."""
        total = sum(len(values) for values in self.data.values()) or 1
        return {node: len(self.data[node]) / total for node in self.ring.nodes}

    def _snapshot(self) -> dict[str, tuple[float, Any]]:
        merged: dict[str, tuple[float, Any]] = {}
        for values in self.data.values():
            for key, entry in values.items():
                merged[key] = max(entry, merged.get(key, entry), key=lambda item: item[0])
        return merged

    def _move(self, entries: dict[str, tuple[float, Any]]) -> None:
        self.data.clear()
        for key, entry in entries.items():
            for node in self.ring.owners(key, self.copies):
                self.data[node][key] = entry
