"""What an intervention changes at a site.

Forces come in as JSON and are bound to sites by key, now or when their module is loaded.

    {"kind": "pin",     "site": key, "values": [literal, ...]}     the n-th evaluation gives the n-th value
    {"kind": "order",   "site": key, "values": [literal, ...]}     the n-th collection is put into the n-th order
    {"kind": "edge",    "site": key, "edge": n}                    every draw gives its n-th edge value
    {"kind": "advance", "site": key, "seconds": s, "from": n}      from its n-th evaluation on, this clock is s seconds ahead
    {"kind": "delay",   "site": key, "seconds": s, "from": n}      pause after its n-th evaluation; a process started there is stopped
    {"kind": "stretch", "site": key, "seconds": s}                 this wait may last s seconds longer
    {"kind": "lock",    "site": key}                               calls made there hold one lock
    {"kind": "watch",   "site": key}                               name the input that a library asks for during calls made there
    {"kind": "hold",    "what": name, "seconds": s}                this logical thread begins s seconds later
    {"kind": "pause",   "what": event, "seconds": s}               the test's own thread pauses there, see flakemark.trace.pauses
    {"kind": "busy",    "edge": n}                                 n processes keep the cores busy while the test runs
    {"kind": "permute", "seed": n, "what": w}       everywhere: shuffle "set_order", "listing" or "completion", by a seed of our own
    {"kind": "under",   "site": key, "what": w, "values": [...]}   calls made there run in other surroundings (see effects.py)
    {"kind": "moment",  "site": key, "seconds": s, "what": ""}     the wall clock read there stands at this moment; "ticks": it is coarse
    {"kind": "collect", "site": key, "from": n}                    garbage is collected after its n-th evaluation; by itself it never is
    {"kind": "identity", "site": key, "what": w}                   what `id` is asked of is "kept", or ids are given "again"
    {"kind": "leave",   "site": key, "from": n}                    the test ends after its n-th evaluation, as if it were skipped
    {"kind": "examples", "seed": n}                                hypothesis draws its examples by this seed
    {"kind": "garbage"}                            what the tests before left to the collector is found when the victim is called

Those for surroundings, moments and collections apply everywhere if their site is "".

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from binascii import crc32
from typing import Any

from flakemark.events import Literal
from flakemark.trace.fingerprint import NODES, SOURCE_NODES, encode
from flakemark.trace.identity import Identities
from flakemark.trace.moments import Moment, Ticks, clock_of
from flakemark.trace.rebuild import NotPinnable, decode
from flakemark.trace.sources import Source

__tracebackhide__ = True  # pytest shows no frame of this module

MOST_HASHED = 256  # items of a set: popping them one by one looks at so many each time
_MASK = (1 << 64) - 1
_STABLE_HASHES = frozenset({int, float, bool, complex})


def has_stable_hash(value: Any, depth: int = 4) -> bool:
    """Whether hash(value) is the same in every process, as for numbers and tuples of them."""
    kind = type(value)
    if type(kind) is not type:  # its metaclass may bring a hash of its own
        return False
    if kind is tuple and depth:
        return all(has_stable_hash(item, depth - 1) for item in value)
    return kind in _STABLE_HASHES


def permuted(items: list[Any], seed: int) -> list[Any]:
    """Shuffle a copy by a small generator of our own (`random` belongs to the test)."""
    result = list(items)
    state = (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) & _MASK
    for place in range(len(result) - 1, 0, -1):
        state = (state * 6364136223846793005 + 1442695040888963407) & _MASK
        other = (state >> 33) % (place + 1)
        result[place], result[other] = result[other], result[place]
    return result


def as_hashed(items: list[Any], seed: int) -> list[Any]:
    """Order items as another hash seed would: each by a number of its own, which is the same in whatever set it is met."""
    prints = [encode(item) for item in items[:MOST_HASHED]]
    places = permuted(list(range(len(items))), seed)  # for those that look alike, and those beyond what is looked at
    order = sorted(range(len(items)), key=lambda place: (_hashed(prints[place], seed) if place < len(prints) else 0, places[place]))
    return [items[place] for place in order]


def _hashed(literal: Literal, seed: int) -> int:
    state = (crc32(repr(literal).encode("utf-8", "surrogatepass")) * 0x9E3779B97F4A7C15 + seed * 0xD1B54A32D192ED03) & _MASK
    state = ((state ^ (state >> 29)) * 0xBF58476D1CE4E5B9) & _MASK
    return state ^ (state >> 32)


def in_recorded_order(items: list[Any], recorded: list[Literal]) -> list[Any]:
    """Put the items into a recorded order, matching by fingerprint; items that were not recorded stay behind, in their order."""
    waiting: dict[str, list[int]] = {}
    for place, literal in enumerate(items_of(literal_of(list(items)))):
        waiting.setdefault(repr(literal), []).append(place)
    taken: list[int] = []
    for literal in recorded:
        places = waiting.get(repr(literal))
        if places:
            taken.append(places.pop(0))
    if not taken and len(recorded) == len(items):
        return _in_recorded_ranks(items, recorded)
    chosen = set(taken)
    return [items[place] for place in taken] + [item for place, item in enumerate(items) if place not in chosen]


def _in_recorded_ranks(items: list[Any], recorded: list[Literal]) -> list[Any]:
    """Order items that have other names in every run (temporary files, time stamps): by their rank among the sorted ones."""
    prints = [repr(literal) for literal in items_of(literal_of(list(items)))]
    sorted_places = sorted(range(len(items)), key=prints.__getitem__)
    sorted_recorded = sorted(range(len(recorded)), key=lambda place: repr(recorded[place]))
    result: list[Any] = [None] * len(items)
    for rank, place in enumerate(sorted_recorded):
        result[place] = items[sorted_places[rank]]
    return result


def items_of(literal: Literal) -> list[Literal]:
    """Return the recorded items of a sequence literal; raises NotPinnable for anything else."""
    if type(literal) is list and literal and literal[0] in ("list", "tuple", "set", "frozenset"):
        found: list[Literal] = literal[1]
        return found
    raise NotPinnable("not a recorded sequence")


def put_back(literal: Literal, value: Any) -> Any:
    """Rebuild what was recorded from the value that is there now: it itself, where nothing differs, or its own items in another order.

    Raises:
        NotPinnable: something was recorded that can neither be made nor be found among the items.
    """
    if any(repr(encode(value, nodes)) == repr(literal) for nodes in (NODES, SOURCE_NODES)):
        return value
    try:
        return decode(literal)
    except NotPinnable:
        if type(value) is list or type(value) is tuple:
            return type(value)(_found_again(items_of(literal), list(value)))
        raise


def _found_again(recorded: list[Literal], items: list[Any]) -> list[Any]:
    waiting: dict[str, list[Any]] = {}
    for item, print_ in zip(items, items_of(literal_of(items)), strict=True):
        waiting.setdefault(repr(print_), []).append(item)
    return [waiting[repr(one)].pop(0) if waiting.get(repr(one)) else decode(one) for one in recorded]


class Force:
    """The forces at one site, in the shape that the probe wants."""

    __slots__ = (
        "advance", "collect", "delay", "edge", "first", "identities", "leave", "lock", "moment", "orders", "pins", "stretch", "under",
        "watch",
    )  # fmt: skip

    def __init__(self) -> None:
        self.pins: list[Literal] | None = None
        self.orders: list[Literal] | None = None
        self.edge: int | None = None
        self.advance = 0.0
        self.delay = 0.0
        self.stretch = 0.0
        self.lock = False
        self.watch = False
        self.collect = False
        self.leave = False
        self.moment: Moment | Ticks | None = None
        self.identities: Identities | None = None
        self.under: tuple[str, list[Any]] | None = None
        self.first = 0

    def add(self, spec: dict[str, Any]) -> None:
        """Take one JSON force in."""
        kind = spec["kind"]
        self.first = int(spec.get("from", 0))
        if kind in ("advance", "delay", "stretch"):
            setattr(self, kind, float(spec["seconds"]))
        elif kind == "pin":
            self.pins = spec["values"]
        elif kind == "order":
            self.orders = spec["values"]
        elif kind == "edge":
            self.edge = int(spec["edge"])
        elif kind in ("leave", "lock", "watch"):
            setattr(self, kind, True)
        else:
            self._surround(kind, spec)

    def _surround(self, kind: str, spec: dict[str, Any]) -> None:
        if kind == "under":
            self.under = (spec["what"], spec["values"])
        elif kind == "moment":
            self.moment = clock_of(spec)
        elif kind == "identity":
            self.identities = Identities(spec["what"])
        else:
            self.collect = True

    def pinned(self, occurrence: int, value: Any) -> Any:
        """Return the pinned value of this occurrence, or the value itself where there is none."""
        if self.pins is None or occurrence >= len(self.pins):
            return value
        try:
            return put_back(self.pins[occurrence], value)
        except NotPinnable:
            return value

    def ordered(self, occurrence: int, items: list[Any]) -> list[Any]:
        """Return the items in the order of this occurrence, unchanged where none was recorded."""
        if self.orders is None or occurrence >= len(self.orders):
            return items
        try:
            return in_recorded_order(items, items_of(self.orders[occurrence]))
        except NotPinnable:
            return items

    def picked(self, occurrence: int, population: list[Any]) -> tuple[bool, Any]:
        """Find the pinned value among the population that a draw chose from; for objects that cannot be rebuilt."""
        if self.pins is None or occurrence >= len(self.pins):
            return False, None
        literal = self.pins[occurrence]
        by_print = {repr(encode(item)): item for item in reversed(population)}
        if repr(literal) in by_print:
            return True, by_print[repr(literal)]
        return _picked_many(literal, by_print)


def moved(everywhere: Moment | Ticks | None, force: Force | None, source: Source | None, seen: Any) -> Any:
    """Return what a wall clock would have shown at the moment that is forced, at this site or everywhere."""
    moment = force.moment if force is not None and force.moment is not None else everywhere
    return seen if moment is None or source is None else moment.read(source.name, seen)


def _picked_many(literal: Literal, by_print: dict[str, Any]) -> tuple[bool, Any]:
    try:
        wanted = [repr(item) for item in items_of(literal)]
    except NotPinnable:
        return False, None
    if literal[0] != "list" or not all(item in by_print for item in wanted):
        return False, None
    return True, [by_print[item] for item in wanted]


def literal_of(value: Any) -> Literal:
    """Encode a source's value completely (orders and draws are what pins are made of)."""
    return encode(value, SOURCE_NODES)
