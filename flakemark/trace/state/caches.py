"""What `functools.lru_cache` remembers: how much, and the containers that it hands out to everybody who asks.

A container that is changed after it was cached is changed for all who get it from then on: that line is to blame, not the one
that filled the cache.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from gc import get_referents
from itertools import islice
from typing import Any

from flakemark.trace.fingerprint import encode
from flakemark.trace.state.pieces import Piece

MOST = 50  # containers; where there are more, none is looked into
_CONTAINERS = (list, dict, set)


def cache_piece(path: str, cache: Any) -> Piece:
    """Return the entries of a cache as a piece of state: how many, and what their containers hold."""

    def read() -> tuple[int, tuple[str, ...]]:
        return cache.cache_info().currsize, tuple(sorted(repr(encode(value)) for value in _containers(cache)))

    return Piece(path, read, cache.cache_clear, lambda: cache.cache_info().currsize, inside=_is_inside)


def _is_inside(before: Any, now: Any) -> bool:
    """Whether something that was cached already was changed, and no entry came or went."""
    return bool(before[1] == now[1])


def _containers(cache: Any) -> list[Any]:
    """Return what was cached, as far as it is a container; a cache with a limit refers to each itself, one without by its dictionary."""
    attributes, found = vars(cache), get_referents(cache)
    held = [each for each in found if type(each) is dict and each is not attributes] if cache.cache_info().maxsize is None else []
    values = [value for entries in held for value in list(entries.values())] if held else found
    containers = [each for each in values if type(each) in _CONTAINERS and each is not attributes and not _is_index(each)]
    return containers if len(containers) <= MOST else []  # their order is that of use: some of them would be others every time


def _is_index(value: Any) -> bool:
    """Whether it is the dictionary of a cache with a limit: what it holds has an order, that of use."""
    return type(value) is dict and any(type(item).__name__ == "_lru_list_elem" for item in islice(list(value.values()), 1))
