"""Sentences of the gauges: $TGLVL,DOVER,3.42*5A"""
from __future__ import annotations

from functools import reduce


class ChecksumError(ValueError):
    pass


def checksum(text: str) -> str:
    return f"{reduce(lambda value, char: value ^ ord(char), text, 0):02X}"


def sentence(station: str, level: float) -> str:
    text = f"TGLVL,{station},{level:.2f}"
    return f"${text}*{checksum(text)}"


def parse(line: str) -> tuple[str, float]:
    text, star, expected = line.strip().removeprefix("$").partition("*")
    if not star or checksum(text) != expected:
        raise ChecksumError(line)
    kind, station, level = text.split(",")
    if kind != "TGLVL":
        raise ValueError(kind)
    return station, float(level)
