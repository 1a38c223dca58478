"""Orders of things whose names are made up: files that are called by a UUID, a set of objects that are hashed by one.

Every run names them anew, so the order of one run says nothing in another, and only forcing the names flips anything. But names
are meant to be made up; what one mends is the line that relies on the order that follows from them. So the names are held, and
the things put into the order that they have in the other run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from flakemark.events import Literal, texts
from flakemark.isolate.suspects import ORDER_KINDS
from flakemark.isolation import Suspect
from flakemark.runs import Forcing

LEAST = 6  # characters; what is shorter may be part of anything
_UUID = re.compile("([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})")


def orders_of_made_up(found: Sequence[Suspect]) -> tuple[tuple[Forcing, ...], list[Suspect]]:
    """List the orders that differ between two runs once the names of the failing one are replaced by those of the passing one.

    Args:
        found: suspects, in order.

    Returns:
        what holds the names of the passing run; and the suspects for whose orders that is needed.
    """
    makers = [suspect for suspect in found if suspect.site.source_kind in ("unique", "draw")]
    names = {theirs: own for suspect in makers for theirs, own in _renamed(suspect)}
    if not names:
        return (), []
    orders = [suspect for suspect in found if suspect.site.source_kind in ORDER_KINDS - {"shuffle"}]
    named = [(suspect, tuple(_with_names(value, names) for value in suspect.to_failing.values)) for suspect in orders]
    return tuple(suspect.to_passing for suspect in makers), [
        replace(suspect, to_failing=replace(suspect.to_failing, values=values))
        for suspect, values in named
        if values != suspect.to_failing.values and _reordered(suspect.to_passing.values, values, frozenset(names.values()))
    ]


def _renamed(maker: Suspect) -> Iterator[tuple[str, str]]:
    """Yield what each name is in the failing run, and in the passing one."""
    for own, theirs in zip(maker.to_passing.values, maker.to_failing.values, strict=False):
        for ours, others in zip(texts(own), texts(theirs), strict=False):
            if ours != others and len(ours) == len(others) >= LEAST:
                yield others, ours
                yield _dashed(others), _dashed(ours)


def _dashed(name: str) -> str:
    """Return a UUID as `str` shows it; anything else as it is."""
    return _UUID.sub(r"\1-\2-\3-\4-\5", name) if _UUID.fullmatch(name) else name


def _with_names(literal: Literal, names: Mapping[str, str]) -> Literal:
    if isinstance(literal, list):
        return [_with_names(item, names) for item in literal]
    if isinstance(literal, str) and len(literal) >= LEAST:
        return re.sub("|".join(map(re.escape, names)), lambda found: names[found.group()], literal)
    return literal


def _reordered(own: Sequence[Literal], theirs: Sequence[Literal], names: frozenset[str]) -> bool:
    """Whether both are the same things, and somewhere in another order; by their names, for every run has a folder of its own."""
    ours, others = ([_called(value, names) for value in values] for values in (own, theirs))
    return (
        len(ours) == len(others) and ours != others and all(sorted(one) == sorted(other) for one, other in zip(ours, others, strict=True))
    )


def _called(order: Literal, names: frozenset[str]) -> list[str]:
    items = order[-1] if isinstance(order, list) and isinstance(order[-1], list) else []
    return [" ".join(name for name in sorted(names) if any(name in text for text in texts(item))) or repr(item) for item in items]
