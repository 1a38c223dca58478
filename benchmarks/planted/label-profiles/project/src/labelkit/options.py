from __future__ import annotations

from typing import Any, Mapping


def parse(text: str) -> tuple[str, Any]:
    key, separator, value = text.partition("=")
    if not separator:
        raise ValueError(f"expected KEY=VALUE, not {text!r}")
    return key, int(value) if value.isdigit() else value


def override(profile: dict, values: Mapping[str, Any]) -> dict:
    result = dict(profile)
    for key, value in values.items():
        section, _, option = key.rpartition(".")
        target = result.setdefault(section, {}) if section else result
        target[option] = value
    return result
