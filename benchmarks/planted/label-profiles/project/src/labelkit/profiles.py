from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).with_name("data")


class UnknownProfile(LookupError):
    pass


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


@lru_cache(maxsize=None)
def load(name: str) -> dict:
    path = FOLDER / f"{name}.json"
    if not path.exists():
        raise UnknownProfile(f"no profile {name!r}, there are {', '.join(names())}")
    return json.loads(path.read_text(encoding="utf-8"))
