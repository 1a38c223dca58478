from __future__ import annotations

import hashlib

from flagpole import settings


def digest(*parts: str) -> int:
    text = "\x1f".join((settings.SALT, *parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def bucket(flag: str, user: str) -> int:
    return digest(flag, user) % settings.BUCKETS
