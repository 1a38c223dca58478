from __future__ import annotations

import heapq
import itertools
import time

from tramways.network import Network
from tramways.trip import Trip


class NoTrip(Exception):
    pass


class Planner:
    def __init__(self, network: Network):
        self.network = network
        self.timings: list[float] = []

    def fastest(self, origin: str, target: str) -> Trip:
        started = time.perf_counter()
        tickets = itertools.count()
        queue = [(0, next(tickets), origin, Trip())]
        done: set[str] = set()
        while queue:
            minutes, _, stop, trip = heapq.heappop(queue)
            if stop == target:
                self.timings.append(time.perf_counter() - started)
                return trip
            if stop in done:
                continue
            done.add(stop)
            for leg in self.network.legs(stop):
                if leg.end not in done:
                    heapq.heappush(queue, (minutes + leg.minutes, next(tickets), leg.end, trip.extended(leg)))
        raise NoTrip(f"{origin} to {target}")

    def within(self, origin: str, minutes: int) -> set[str]:
        reached = set()
        for stop in self.network.stops() - {origin}:
            try:
                if self.fastest(origin, stop).minutes <= minutes:
                    reached.add(stop)
            except NoTrip:
                pass
        return reached
