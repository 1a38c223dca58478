from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from uploads import policy
from uploads.errors import BadName
from uploads.policy import TooLarge, Unsupported


@dataclass(frozen=True)
class Outcome:
    status: int
    key: str | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        return self.status == 201


class Store:
    def __init__(self, root: Path):
        self.root = root
        self.rejected: list[str] = []

    def put(self, name: str, data: bytes) -> Outcome:
        if "/" in name or name.startswith("."):
            raise BadName(name)
        try:
            policy.check(name, data)
        except (TooLarge, Unsupported) as error:
            self.rejected.append(name)
            return Outcome(error.status, reason=str(error))
        key = f"{secrets.token_hex(4)}-{name}"
        (self.root / key).write_bytes(data)
        return Outcome(201, key)

    def put_all(self, files: dict[str, bytes]) -> list[Outcome]:
        return [self.put(name, data) for name, data in files.items()]

    def get(self, key: str) -> bytes:
        return (self.root / key).read_bytes()

    def usage(self) -> int:
        return sum(path.stat().st_size for path in self.root.iterdir())
