from __future__ import annotations

from typing import Callable

from trackconv.track import Track

Writer = Callable[[Track], str]

_writers: dict[str, Writer] = {}


class UnknownFormat(ValueError):
    def __init__(self, name: str):
        super().__init__(f"cannot write {name!r} (known: {', '.join(known())})")


def writer(name: str) -> Callable[[Writer], Writer]:
    def register(function: Writer) -> Writer:
        _writers[name] = function
        return function

    return register


def find(name: str) -> Writer:
    try:
        return _writers[name]
    except KeyError:
        raise UnknownFormat(name) from None


def known() -> list[str]:
    return sorted(_writers)
