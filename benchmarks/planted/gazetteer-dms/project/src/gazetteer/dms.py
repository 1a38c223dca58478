"""Degrees, minutes and seconds: 48°51'29.6"N 2°17'40.2"E"""
from __future__ import annotations

import re

LAT, LON = "NS", "EW"
LIMIT = {LAT: 90, LON: 180}

_PATTERN = re.compile(r"""\s*(\d{1,3})°(\d{1,2})'(\d{1,2}(?:\.\d+)?)"([NSEW])\s*""")


def format_dms(value: float, axis: str) -> str:
    positive, negative = axis
    hemisphere = negative if value < 0 else positive
    value = abs(value)
    degrees = int(value)
    minutes = int((value - degrees) * 60)
    seconds = (value - degrees) * 3600 - minutes * 60
    return f"{degrees}°{minutes:02d}'{seconds:04.1f}\"{hemisphere}"


def parse_dms(text: str, axis: str) -> float:
    match = _PATTERN.fullmatch(text)
    if match is None or match[4] not in axis:
        raise ValueError(f"not a coordinate: {text!r}")
    degrees, minutes, seconds = int(match[1]), int(match[2]), float(match[3])
    if minutes >= 60 or seconds >= 60:
        raise ValueError(f"minutes or seconds out of range: {text!r}")
    value = degrees + minutes / 60 + seconds / 3600
    if value > LIMIT[axis]:
        raise ValueError(f"beyond {LIMIT[axis]} degrees: {text!r}")
    return -value if match[4] == axis[1] else value


def format_pair(lat: float, lon: float) -> str:
    return f"{format_dms(lat, LAT)} {format_dms(lon, LON)}"


def parse_pair(text: str) -> tuple[float, float]:
    lat, _, lon = text.strip().partition(" ")
    return parse_dms(lat, LAT), parse_dms(lon, LON)
