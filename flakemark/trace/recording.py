"""What one process records and forces: sites, events, the forces that are bound to them.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from typing import Any

from flakemark.events import Literal, Site, TracedSite
from flakemark.trace.effects import Undo, enter, never_collect
from flakemark.trace.fingerprint import NODES, SOURCE_NODES, encode
from flakemark.trace.forcing import Force
from flakemark.trace.format import Prepare, write_trace
from flakemark.trace.moments import Moment, Ticks, clock_of
from flakemark.trace.sites import SiteTable
from flakemark.trace.sources import Source
from flakemark.trace.threads import Threads
from flakemark.trace.ticks import Own

__tracebackhide__ = True  # pytest shows no frame of this module

SITE_CAP = 400
SOURCE_CAP = 50_000
TRACE_CAP = 400_000
NODES_IN_ALL = 2_000_000  # of the complete literals of one run

Event = tuple[int, int, Literal, int]  # site number, logical thread, literal, nanoseconds


class Spot:
    """The state of one site during one run.

    Attributes:
        count: how often it was evaluated.
        source: the known source that was seen here, for the trace.
        live: the source that is being called now; a line may call one thing first and another later.
        force: what an intervention changes here.
        special: whether `live` or `force` have to be looked at.
    """

    __slots__ = ("count", "force", "live", "source", "special")

    def __init__(self) -> None:
        self.count = 0
        self.source: Source | None = None
        self.live: Source | None = None
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
        self.forces: dict[str, Force] = {}
        self.advanced = 0.0
        self.moment: Moment | Ticks | None = None
        self.entered: list[Undo] = []
        self.nodes = NODES_IN_ALL
        self.began = Own.now()

    def add_site(self, site: Site) -> int:
        """Number a site, and bind the forces that wait for it."""
        number = self.table.add(site)
        spot = Spot()
        spot.force = self.forces.get(self.table.sites[number].key)
        spot.special = spot.force is not None
        self.spots.append(spot)
        return number

    def start(self, forces: list[dict[str, Any]], *, keep: bool = False) -> None:
        """Begin a run under these forces; with `keep` what was recorded so far (import, collection) stays."""
        if not keep:
            self.events.clear()
            for spot in self.spots:
                spot.count, spot.force, spot.special = 0, None, spot.source is not None
            self.threads = Threads()
            self.forces, self.permutations, self.advanced, self.nodes = {}, {}, 0.0, NODES_IN_ALL
            self.moment = None
        self.test_begins()
        for spec in forces:
            self._take(spec)

    def test_begins(self) -> None:
        """Count the time of clock readings from here on."""
        self.began = Own.now()

    @property
    def dropped(self) -> int:
        """How many evaluations were counted but not recorded."""
        return max(0, sum(spot.count for spot in self.spots) - len(self.events))

    def write(self, path: str, prepare: Prepare | None = None) -> None:
        """Write what was recorded; only sites that were reached are named. `prepare` is for `write_trace`."""
        seen, names = list(self.events), list(self.threads.names)  # in this order: threads of the test may still be running
        reached = [number for number, spot in enumerate(self.spots) if spot.count]
        places = {number: place for place, number in enumerate(reached)}
        # A thread that was in the middle of a probe when the run began left an event with the number it had before.
        whole = [event for event in seen if event[0] in places and event[1] < len(names)]
        events = [(places[number], thread, literal, moment) for number, thread, literal, moment in whole]
        write_trace(path, [self._traced(number) for number in reached], names, events, self.dropped, prepare=prepare)

    def mark(self) -> int:
        """Remember this moment, for `since`."""
        return len(self.events)

    def since(self, mark: int) -> list[tuple[TracedSite, int, Literal, int]]:
        """Return the events since then, as (site, thread, literal, nanoseconds); it costs next to nothing if there are none."""
        return [(self._traced(number), thread, literal, moment) for number, thread, literal, moment in self.events[mark:]]

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
        if spec["kind"] in ("under", "moment", "collect") and not spec["site"]:
            self._surround(spec)
            return
        force = self.forces.setdefault(spec["site"], Force())
        force.add(spec)
        for number in self.table.numbers(spec["site"]):
            self.spots[number].force, self.spots[number].special = force, True

    def leave(self) -> None:
        """Put the surroundings back: the tests are over, and what they did is yet to be written down."""
        while self.entered:
            self.entered.pop()()

    def _surround(self, spec: dict[str, Any]) -> None:
        """Change the surroundings of the whole run."""
        if spec["kind"] == "under":
            self.entered.append(enter(spec["what"], spec["values"]))
        elif spec["kind"] == "moment":
            self.moment = clock_of(spec)
        else:
            never_collect()

    def full_literal(self, value: Any) -> Literal:
        """Encode a source's value completely: orders and draws are what pins are made of; shorter when a run has had too many."""
        literal = encode(value, SOURCE_NODES if self.nodes > 0 else NODES)
        self.nodes -= len(literal[1]) if type(literal) is list and type(literal[1]) is list else 1
        return literal


RECORDER = Recorder()


def record(recorder: Recorder, number: int, occurrence: int, literal: Literal) -> None:
    """Append one evaluation of a known source, up to the caps."""
    if occurrence < SOURCE_CAP and len(recorder.events) < TRACE_CAP:
        recorder.events.append((number, recorder.threads.current(), literal, Own.now()))
