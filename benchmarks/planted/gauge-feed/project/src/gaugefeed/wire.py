"""The protocol of the gauges: a header with the number and the unit of the readings, then 12 bytes for each of them."""
from __future__ import annotations

import struct
from dataclasses import dataclass

HEADER = struct.Struct("!2sHI")
ITEM = struct.Struct("!If4s")
MAGIC = b"GF"


class WireError(ValueError):
    pass


@dataclass(frozen=True)
class Reading:
    at: int
    level: float
    gauge: str

    def pack(self) -> bytes:
        return ITEM.pack(self.at, self.level, self.gauge.encode().ljust(4))


def header(readings: list[Reading], unit: int = 1) -> bytes:
    return HEADER.pack(MAGIC, unit, len(readings))


def decode(data: bytes) -> list[Reading]:
    if len(data) < HEADER.size:
        raise WireError(f"short header: {len(data)} bytes")
    magic, unit, count = HEADER.unpack_from(data)
    if magic != MAGIC:
        raise WireError(f"bad magic: {magic!r}")
    items = ITEM.iter_unpack(data[HEADER.size :])
    readings = [Reading(at, round(level / unit, 3), gauge.decode().strip()) for at, level, gauge in items]
    if len(readings) != count:
        raise WireError(f"{count} readings announced, {len(readings)} received")
    return readings
