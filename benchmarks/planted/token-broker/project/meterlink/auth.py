from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Token:
    value: str
    expires: float

    @property
    def valid(self) -> bool:
        return time.monotonic() < self.expires


class Issuer:
    """The identity service of the grid operator; every token issued costs a quota unit."""

    def __init__(self, key_file: Path, lifetime: float = 300):
        self.key_file = key_file
        self.lifetime = lifetime
        self.issued = 0

    async def issue(self) -> Token:
        key = await asyncio.to_thread(self.key_file.read_text)
        self.issued += 1
        return Token(f"{key.strip()}.{secrets.token_urlsafe(8)}", time.monotonic() + self.lifetime)


class Broker:
    """Shares one token among the readers and renews it when it has run out."""

    def __init__(self, issuer: Issuer):
        self.issuer = issuer
        self._token: Token | None = None

    async def token(self) -> str:
        if self._token is None or not self._token.valid:
            self._token = await self.issuer.issue()
        return self._token.value

    def invalidate(self) -> None:
        self._token = None
