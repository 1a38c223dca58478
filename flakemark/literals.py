"""Literals for people: a value's fingerprint as bounded, Python-like text.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Callable

from flakemark.events import Literal

LIMIT = 120
SHOWN = 40
_BRACKETS = {"list": ("[", "]"), "tuple": ("(", ")"), "set": ("{", "}"), "frozenset": ("frozenset({", "})")}


def show(literal: Literal, limit: int = LIMIT) -> str:
    """Render a literal on one line of at most `limit` characters; a damaged one as the JSON that it is."""
    text = _show(literal) if is_sound(literal) else repr(literal)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def is_sound(literal: Literal) -> bool:
    """Whether a literal has a shape that is known; traces may come from a stranger."""
    try:
        _show(literal)
    except (ValueError, TypeError, LookupError, RecursionError):
        return False
    return True


def _show(literal: Literal) -> str:
    if not isinstance(literal, list) or not literal:
        return repr(literal)
    tag = literal[0]
    if tag in _BRACKETS:
        return _items(tag, literal[1])
    if tag == "dict":
        return "{" + ", ".join(f"{_show(key)}: {_show(value)}" for key, value in literal[1][:SHOWN]) + "}"
    render = _SHOWN.get(tag)
    return render(literal) if render is not None else str(tag)


def _items(tag: str, items: list[Literal]) -> str:
    if not items and tag in ("set", "frozenset"):
        return f"{tag}()"
    opening, closing = _BRACKETS[tag]
    comma = "," if tag == "tuple" and len(items) == 1 else ""
    return opening + ", ".join(_show(item) for item in items[:SHOWN]) + comma + closing


def _object(literal: list[Literal]) -> str:
    parts = {name: _show(value) for name, value in literal[2]}
    if literal[1] == "numpy.ndarray" and "items" in parts:
        return f"array({parts['items']}, shape={parts.get('shape')})"
    attributes = parts["value"] if [*parts] == ["value"] else ", ".join(f"{name}={value}" for name, value in parts.items())
    return f"{str(literal[1]).rsplit('.', 1)[-1]}({attributes})"


def _cut(literal: list[Literal]) -> str:
    kind, size = literal[1], literal[2]
    if kind == "str":
        return f"{literal[3]!r}… ({size} characters)"
    if kind == "int":
        return f"<int of {size} bits>"
    if len(literal) < 4 or kind == "bytes":
        return f"<{kind} of {size}>"
    opening, closing = _BRACKETS.get(kind, ("{", "}"))
    pair = kind == "dict"
    shown = [f"{_show(item[0])}: {_show(item[1])}" if pair else _show(item) for item in literal[3][:SHOWN]]
    return f"{opening}{', '.join([*shown, '…'])}{closing} ({size} in all)"


def _uuid(literal: list[Literal]) -> str:
    digits = str(literal[1])
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _datetime(literal: list[Literal]) -> str:
    year, month, day, hour, minute, second, micro = literal[1]
    return f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{micro:06}"


_SHOWN: dict[str, Callable[[list[Literal]], str]] = {
    "obj": _object,
    "made": _object,
    "clock": lambda literal: _show(literal[1]),
    "held": lambda literal: _show(literal[1]),
    "cut": _cut,
    "datetime": _datetime,
    "date": lambda literal: f"{literal[1]:04}-{literal[2]:02}-{literal[3]:02}",
    "timedelta": lambda literal: f"{literal[1]} days, {literal[2]}.{literal[3]:06} s",
    "float": lambda literal: str(literal[1]),
    "bytes": lambda literal: repr(bytes.fromhex(literal[1])),
    "enum": lambda literal: f"{str(literal[1]).rsplit('.', 1)[-1]}.{literal[2]}",
    "uuid": _uuid,
    "path": lambda literal: repr(literal[1]),
    "decimal": lambda literal: str(literal[1]),
    "fraction": lambda literal: f"{literal[1]}/{literal[2]}",
    "fn": lambda literal: f"<function {literal[1]}>",
    "class": lambda literal: str(literal[1]).rsplit(".", 1)[-1],
    "module": lambda literal: f"<module {literal[1]}>",
    "redacted": lambda literal: f"<redacted {literal[1]} {literal[2]}>",
}
