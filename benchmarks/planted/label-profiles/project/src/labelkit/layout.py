from __future__ import annotations

import uuid
from dataclasses import dataclass, field

MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Label:
    text: str
    serial: str = field(default_factory=lambda: uuid.uuid4().hex[:6].upper(), compare=False)


def dots(millimeters: float, dpi: int) -> int:
    return round(millimeters / MM_PER_INCH * dpi)


def printable(profile: dict) -> tuple[int, int]:
    page = profile["page"]
    return tuple(dots(page[side] - 2 * page["margin"], page["dpi"]) for side in ("width", "height"))


def place(labels: list[Label], profile: dict) -> list[tuple[int, int, Label]]:
    width, height = printable(profile)
    step = max(1, dots(profile["font"]["size"] * 0.3528 * 1.4, profile["page"]["dpi"]))
    if len(labels) * step > height:
        raise ValueError(f"{len(labels)} lines of {step} dots do not fit into {height}")
    return [(0, row * step, label) for row, label in enumerate(labels)]
