from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field

from orchids.money import premium, step


class Unsold(Exception):
    pass


@dataclass(frozen=True)
class Bid:
    bidder: str
    limit: int
    at: float = field(default_factory=time.monotonic, compare=False)


@dataclass
class Lot:
    species: str
    reserve: int = 50
    ident: str = field(default_factory=lambda: uuid.uuid4().hex[:8])


@dataclass(frozen=True)
class Sale:
    lot: Lot
    bidder: str
    hammer: int

    @property
    def invoice(self) -> int:
        return self.hammer + premium(self.hammer)


class Auction:
    """Bidders leave limits. The highest pays a step more than the second, but no more than the limit."""

    def __init__(self, lot: Lot):
        self.lot = lot
        self._bids: list[Bid] = []
        self._lock = threading.Lock()

    def bid(self, bidder: str, limit: int) -> Bid:
        bid = Bid(bidder, limit)
        with self._lock:
            self._bids.append(bid)
        return bid

    def close(self) -> Sale:
        ranked = sorted(self._bids, key=lambda bid: (-bid.limit, bid.at))
        if not ranked or ranked[0].limit < self.lot.reserve:
            raise Unsold(self.lot.species)
        best = ranked[0]
        second = max(self.lot.reserve, ranked[1].limit) if len(ranked) > 1 else self.lot.reserve
        hammer = second + step(best.limit) if len(ranked) > 1 else second
        return Sale(self.lot, best.bidder, min(best.limit, hammer))
