from __future__ import annotations

import re
from collections import Counter


class Memory:
    """Collects messages; for tests and for the dashboard."""

    def __init__(self):
        self.messages: list[str] = []

    def __call__(self, message: str) -> None:
        self.messages.append(message)

    def by_source(self) -> Counter[str]:
        return Counter(re.match(r"\[\w+\] ([^:]+):", message)[1] for message in self.messages)


class Truncated:
    """A channel with messages of limited length, like a text message."""

    def __init__(self, channel, limit: int = 70):
        self.channel = channel
        self.limit = limit

    def __call__(self, message: str) -> None:
        self.channel(message if len(message) <= self.limit else message[: self.limit - 1] + "…")
