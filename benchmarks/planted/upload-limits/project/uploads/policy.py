from __future__ import annotations

import os

from uploads.errors import UploadError

MAX_BYTES = int(os.environ.get("UPLOADS_MAX_KB", "64")) * 1024
SUFFIXES = frozenset(os.environ.get("UPLOADS_SUFFIXES", ".txt .csv .pdf").split())


class TooLarge(UploadError):
    status = 413


class Unsupported(UploadError):
    status = 415


def check(name: str, data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{name} has {len(data)} bytes, the limit is {MAX_BYTES}")
    if not any(name.endswith(suffix) for suffix in SUFFIXES):
        raise Unsupported(f"{name} is none of {', '.join(sorted(SUFFIXES))}")
