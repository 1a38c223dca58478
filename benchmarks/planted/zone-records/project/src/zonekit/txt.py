"""TXT data: one or more quoted character strings of at most 255 octets each."""
from __future__ import annotations

import re

MAX_STRING = 255

_string = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)


def escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def strings(value: str, size: int = MAX_STRING) -> list[bytes]:
    raw = value.encode("utf-8")
    return [raw[start:start + size] for start in range(0, len(raw), size)] or [b""]


def to_rdata(value: str) -> str:
    quoted = []
    for string in strings(value):
        text = string.decode("utf-8", "replace")
        quoted.append(f'"{escape(text)}"')
    return " ".join(quoted)


def from_rdata(rdata: str) -> str:
    found = _string.findall(rdata)
    if not found:
        raise ValueError(f"not a TXT value: {rdata!r}")
    return "".join(unescape(text) for text in found)
