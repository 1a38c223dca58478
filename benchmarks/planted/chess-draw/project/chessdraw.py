import random
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Player:
    name: str
    club: str
    rating: int = 1500


class Draw:
    """First-round pairings of an open tournament."""

    def __init__(self, players, seed=None):
        if len(players) % 2:
            raise ValueError("odd number of players")
        self.players = list(players)
        self.seed = seed if seed is not None else time.time_ns()
        self._rng = random.Random(self.seed)

    def pairings(self):
        order = self.players[:]
        self._rng.shuffle(order)
        for i in range(0, len(order) - 2, 2):
            if order[i].club == order[i + 1].club:
                order[i + 1], order[i + 2] = order[i + 2], order[i + 1]
        return list(zip(order[::2], order[1::2]))


def by_rating(players):
    ranked = sorted(players, key=lambda p: -p.rating)
    half = len(ranked) // 2
    return list(zip(ranked[:half], ranked[half:]))
