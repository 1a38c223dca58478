import os
from dataclasses import dataclass

PRINTER = "LABEL_PRINTER"


@dataclass
class Parcel:
    number: int
    weight: float
    express: bool = False


def width():
    """Characters that fit on one line of a label."""
    kind = os.environ.get(PRINTER, "office")  # CAUSE
    return {"office": 40, "thermal": 24, "screen": 80}.get(kind, 40)


def label(parcel):
    speed = "express" if parcel.express else "standard"
    text = f"parcel {parcel.number:06d}, {parcel.weight:.1f} kg, {speed}"
    room = width()
    return text if len(text) <= room else text[: room - 3] + "..."
