"""What one process records and forces: sites, events, the forces that are bound to them.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from time import perf_counter_ns
from typing import Any

from flakemark.events import Literal, Site, TracedSite
from flakemark.trace.forcing import Force
from flakemark.trace.format import write_trace
from flakemark.trace.sites import SiteTable
from flakemark.trace.sources import Source
from flakemark.trace.threads import Threads

SITE_CAP = 400
SOURCE_CAP = 50_000
TRACE_CAP = 400_000

Event = tuple[int, int, Literal, int]  # site number, logical thread, literal, nanoseconds


class Spot:
    """The state of one site during one run."""

    __slots__ = ("count", "force", "source", "special")

    def __init__(self) -> None:
        self.count = 0
        self.source: Source | None = None
        self.force: Force | None = None
        self.special = False


class Recorder:
    """Everything that one process records and forces; `start` begins a run."""

    def __init__(self) -> None:
        self.table = SiteTable()
        self.spots: list[Spot] = []
        self.events: list[Event] = []
        self.threads = Threads()
        self.permutations: dict[str, int] = {}
        self.unbound: dict[str, Force] = {}
        self.advanced = 0.0

    def add_site(self, site: Site) -> int:
        """Number a site, and bind the forces that wait for it."""
        number = self.table.add(site)
        spot = Spot()
        force = self.unbound.pop(self.table.sites[number].key, None)
        if force is not None:
            spot.force, spot.special = force, True
        self.spots.append(spot)
        return number

    def start(self, forces: list[dict[str, Any]], *, keep: bool = False) -> None:
        """Begin a run under these forces; with `keep` what was recorded so far (import, collection) stays."""
        if not keep:
            self.events.clear()
            for spot in self.spots:
                spot.count, spot.force, spot.special = 0, None, spot.source is not None
            self.threads = Threads()
        for spec in forces:
            self._take(spec)

    @property
    def dropped(self) -> int:
        """How many evaluations were counted but not recorded."""
        return sum(spot.count for spot in self.spots) - len(self.events)

    def write(self, path: str) -> None:
        """Write what was recorded; only sites that were reached are named."""
        reached = [number for number, spot in enumerate(self.spots) if spot.count]
        places = {number: place for place, number in enumerate(reached)}
        events = [(places[number], thread, literal, moment) for number, thread, literal, moment in list(self.events)]
        write_trace(path, [self._traced(number) for number in reached], self.threads.names, events, self.dropped)

    def _traced(self, number: int) -> TracedSite:
        """Describe a site together with the known source that was seen there."""
        source = self.spots[number].source
        return TracedSite(self.table.sites[number], source.kind if source else "", source.name if source else "")

    def _take(self, spec: dict[str, Any]) -> None:
        if spec["kind"] == "permute":
            self.permutations[spec["what"]] = int(spec["seed"])
            return
        if spec["kind"] == "hold":
            self.threads.holds[spec["what"]] = float(spec["seconds"])
            return
        number = self.table.numbers.get(spec["site"])
        if number is None:
            self.unbound.setdefault(spec["site"], Force()).add(spec)
            return
        spot = self.spots[number]
        spot.force = spot.force or Force()
        spot.force.add(spec)
        spot.special = True


RECORDER = Recorder()


def record(recorder: Recorder, number: int, occurrence: int, literal: Literal) -> None:
    """Append one evaluation of a known source, up to the caps."""
    if occurrence < SOURCE_CAP and len(recorder.events) < TRACE_CAP:
        recorder.events.append((number, recorder.threads.current(), literal, perf_counter_ns()))
