from __future__ import annotations

MAX_LABEL = 63


def labels(name: str) -> list[str]:
    parts = name.rstrip(".").split(".")
    for part in parts:
        if not part or len(part) > MAX_LABEL:
            raise ValueError(f"bad label {part!r} in {name!r}")
    return parts


def absolute(name: str, origin: str) -> str:
    if name == "@":
        return origin
    return name if name.endswith(".") else f"{name}.{origin}"
