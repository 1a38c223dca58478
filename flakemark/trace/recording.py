"""What one process records and forces: sites, events, the forces that are bound to them.

The hot path is in `probe`. What it touches is kept in flat lists, a place for each site, that stay the same objects
for good: which callable observes the site now, how many evaluations it may still record, what looks at its callee.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flakemark.events import Literal, Site, TracedSite
from flakemark.trace.effects import Undo, enter, never_collect
from flakemark.trace.fingerprint import NODES, SOURCE_NODES, encode
from flakemark.trace.forcing import Force
from flakemark.trace.format import Prepare, write_trace
from flakemark.trace.moments import Moment, Ticks, clock_of
from flakemark.trace.prepared import Prepared
from flakemark.trace.sites import SiteTable
from flakemark.trace.spots import PASS, Probe, Probes, Spot
from flakemark.trace.threads import Threads, one_at_a_time
from flakemark.trace.ticks import Own

__tracebackhide__ = True  # pytest shows no frame of this module

FIRST = 6  # evaluations of a site that are recorded in detail
SITE_CAP = 400  # evaluations of a site that are recorded at all
LIGHT = (8, 1)  # evaluations of a site that are recorded of every test of a session: at first, and at last where it is hot
SOURCE_CAP = 50_000
LIGHT_SOURCE_CAP = 1_000  # of every test of a session: more would not fit into what is kept of it
TRACE_CAP = 400_000  # entries of the buffer; an event has two, and four where it is marked
NODES_IN_ALL = 2_000_000  # of the complete literals of one run
LIGHT_NODES = 20_000  # likewise, of every test of a session
HOT_FOR = 16  # tests, one after another, after which a session passes a hot site by for good
LOOKS = 16  # calls of a site that are looked at before its callee is taken to be no source; in a session, what it iterates likewise

Event = tuple[int, int, Literal, int]  # site number, logical thread, literal, nanoseconds

_LARGE = 1 << 62
_CALLS = frozenset({"call", "compare"})  # kinds of sites that may have a callee
_EXPENDABLE = frozenset({"call", "store", "augment", "return", "branch"})


class Recorder:
    """Everything that one process records and forces; `start` begins a run.

    Attributes:
        values: for each site, what observes its value now.
        callees: for each site, what looks at its callee now.
        iterables: for each site, what looks at what is going to be iterated there.
        rounds: for each site, how many things that have no order of their own it may still see before it is passed by.
        flow: whether only the flow of control is probed.
        light: whether whole sessions are recorded: values by a glance, and less and less of hot sites.
        passed: for each site, whether both of these pass everything by.
        left: for each site, how many evaluations it may record before `exhausted` is asked.
        events: the buffer: site and literal of each event, in order. A negative number -1 - t in the place of a site is
            a mark: thread t, and the time in the next place, hold for what follows.
        used_up: sites that are passed by for the rest of this run.
        left_out: by file, keys of the sites that have no probe, or are passed by for the rest of the session.
        leaves_out: how many sites may still be left out.
    """

    def __init__(self) -> None:
        self.table = SiteTable()
        self.probes = Probes()
        self.values: list[Probe] = []
        self.callees: list[Probe] = []
        self.iterables: list[Probe] = []
        self.rounds: list[int] = []
        self.passed: list[bool] = []
        self.left: list[int] = []
        self.events: list[Any] = []
        self.spots: dict[int, Spot] = {}
        self.threads = Threads()
        self.permutations: dict[str, int] = {}
        self.forces: dict[str, Force] = {}
        self.advanced = 0.0
        self.moment: Moment | Ticks | None = None
        self.entered: list[Undo] = []
        self.nodes = NODES_IN_ALL
        self.began = Own.now()
        self.light = self.flow = False
        self._given: dict[int, int] = {}
        self._quotas: list[int] = []
        self._looks: list[int] = []
        self._most_looks: list[int] = []
        self.used_up: list[int] = []
        self.left_out: dict[str, tuple[str, ...]] = {}
        self.leaves_out = 0
        self._heat: list[int] = []
        self._varying: set[int] = set()
        self._most_rounds: list[int] = []
        self._looked_at, self._orderless = list[int](), list[int]()

    def add_site(self, site: Site, *, varying: bool = False) -> int:
        """Number a site; `varying`: what is called there may differ from call to call."""
        with one_at_a_time():
            number = self.table.add(site)
            self._add(range(number, number + 1), (varying,))
        return number

    def add_module(self, file: str, module: Prepared) -> range:
        """Number the sites of a module that is going to be loaded, in their order."""
        with one_at_a_time():  # modules may be imported in several threads
            self.table.forget(file)
            self.left_out[file] = module.left_out
            self.leaves_out -= len(module.left_out)
            numbers = self.table.load(map(Site._make, module.sites))
            self._add(numbers, module.varying)
        return numbers

    def _add(self, numbers: range, varying: tuple[bool, ...]) -> None:
        """Give new sites what they begin with, and bind the forces that wait for them."""
        sites, more, quota = self.table.sites[numbers.start : numbers.stop], len(numbers), LIGHT[0] if self.light else FIRST
        self.values += [self._first_probe] * more
        self.callees += [self.probes.callee if site.kind in _CALLS else PASS for site in sites]
        self.iterables += [self.probes.orderless if self.light else self.probes.iterable] * more
        self.passed += [False] * more
        self.left += [quota] * more
        self._quotas += [quota] * more
        for numbered in (self.rounds, self._most_rounds, self._looks, self._most_looks):
            numbered.extend([LOOKS] * more)
        self._heat += [0] * more
        self._varying.update(number for number, varies in zip(numbers, varying, strict=True) if varies)
        for number in [number for number in numbers if self.table.sites[number].key in self.forces] if self.forces else ():
            self.spot(number).force = self.forces[self.table.sites[number].key]

    def hot(self) -> dict[int, int]:
        """Return the sites that were hot: site number, and in how many tests."""
        return {number: heat for number, warm in enumerate(self._heat) if warm and (heat := self.heat(number))}

    def heat(self, number: int) -> int:
        """Say in how many tests a site was hot; 0 if it was not, or is one that must be looked at."""
        kind, is_special = self.table.sites[number].kind, number in self.spots or number in self._varying
        if self._quotas[number] > LIGHT[1] or is_special or kind not in _EXPENDABLE:
            return 0
        return self._heat[number] if kind != "call" or self.callees[number] is PASS else 0

    @property
    def _first_probe(self) -> Probe:
        return self.probes.usual if self.light else self.probes.detailed

    def spot(self, number: int) -> Spot:
        """Return the state of a site that is looked at closely, from now on if it was not."""
        known = self.spots.get(number)
        if known is None:
            known = self.spots[number] = Spot(self._given.get(number, self._quotas[number]) - self.left[number])
            self._look_closely(number)
            self.left[number] = 0  # of this very evaluation the usual probe has been fetched already: let it ask
        return known

    def _look_closely(self, number: int) -> None:
        self.values[number], self.callees[number], self.passed[number] = self.probes.special, self.probes.callee, False

    def looked_at_closely(self) -> list[tuple[Site, Spot]]:
        """Return the sites that have a state of their own, with it."""
        return [(self.table.sites[number], spot) for number, spot in self.spots.items()]

    def start(self, forces: list[dict[str, Any]], *, keep: bool = False) -> None:
        """Begin a run under these forces; with `keep` what was recorded so far (import, collection) stays."""
        if not keep:
            self._begin_anew()
        self.test_begins()
        for spec in forces:
            self._take(spec)

    def test_begins(self) -> None:
        """Count the time of clock readings from here on."""
        self.began = Own.now()

    def _begin_anew(self) -> None:
        self.threads.begin()
        self._put_back()
        for number, spot in [(number, spot) for number, spot in self.spots.items() if spot.count or spot.force is not None]:
            spot.count, spot.force, spot.live = 0, None, None
            if spot.source is None:
                del self.spots[number]
            else:
                self._look_closely(number)
        self.forces, self.permutations, self.advanced, self.nodes = {}, {}, 0.0, LIGHT_NODES if self.light else NODES_IN_ALL
        self.moment = None
        self.events.clear()
        self._stamp()

    def _put_back(self) -> None:
        """Give the sites that the last run has used what they had when it began; O(events of that run), not O(sites)."""
        left, values, quotas, heat, usual, once = self.left, self.values, self._quotas, self._heat, self._first_probe, self.probes.once
        callees, passed = self.callees, self.passed
        for number in {*self.events[::2], *self.used_up}:
            if number >= 0:  # else the mark of a thread
                left[number] = quota = quotas[number]
                if quota == 1:
                    heat[number] += 1
                    retires = heat[number] % HOT_FOR == 0 and self._retires(number)
                    values[number], passed[number] = (PASS, callees[number] is PASS) if retires else (once, False)
        for number in self.used_up:
            if quotas[number] != 1:
                values[number], passed[number] = usual, False
        for number in self._looked_at:
            callees[number], passed[number], self._looks[number] = self.probes.callee, False, self._most_looks[number]
        for number in self._orderless:
            self.iterables[number], self.rounds[number] = self.probes.orderless, self._most_rounds[number]
        self.used_up.clear()
        self._looked_at.clear()
        self._orderless.clear()
        self._given.clear()

    def _retires(self, number: int) -> bool:
        """Whether a site is passed by from now on; traces say so, as of sites that later sessions give no probe at all."""
        return bool(self.heat(number)) and self._leaves_out(number)

    def _leaves_out(self, number: int) -> bool:
        if self.leaves_out <= 0:
            return False
        site = self.table.sites[number]
        self.leaves_out -= 1
        self.left_out[site.file] = (*self.left_out.get(site.file, ()), site.key)
        return True

    def _stamp(self) -> None:
        """Note which thread runs now, and when."""
        self.events.extend((-1 - self.threads.current(), Own.now()))

    def exhausted(self, number: int) -> bool:
        """Decide how a site that has used up what it was given goes on; whether this value has to be looked at closely."""
        if number in self.spots:
            return True
        given = self._given.get(number, FIRST)
        if self.light:
            self.pass_by(number)
            self._quotas[number] = max(self._quotas[number] // 2, LIGHT[1])
        elif given < SITE_CAP and len(self.events) < TRACE_CAP:
            self._given[number] = SITE_CAP
            self.left[number], self.values[number] = SITE_CAP - given, self.probes.usual
            self._stamp()
        else:
            self.pass_by(number)
        return False

    def pass_by(self, number: int) -> None:
        """Record no more of a site in this run."""
        self.values[number] = PASS
        self.passed[number] = self.callees[number] is PASS
        self.used_up.append(number)

    def look_no_more(self, number: int) -> None:
        """Look at no more callees of a site in this run."""
        self.callees[number] = PASS
        self.passed[number] = self.values[number] is PASS

    def looked(self, number: int) -> None:
        """Count a call that was none of a source; after some of them the site's callee is looked at no more."""
        looks = self._looks[number]
        if looks == self._most_looks[number] and number in self._varying:
            self._looked_at.append(number)
        self._looks[number] = looks - 1
        if looks <= 1:
            self.look_no_more(number)
            if self.light:
                self._most_looks[number] = max(self._most_looks[number] // 2, 1)

    def has_no_order(self, number: int) -> None:
        """Look no more at what a site iterates in this test, after many tests in this session, unless it was a set once."""
        if number not in self.spots:
            self.iterables[number] = PASS
            self._most_rounds[number] = max(self._most_rounds[number] // 2, 1)
            self._heat[number] += 1
            if self._heat[number] < HOT_FOR or not self._leaves_out(number):
                self._orderless.append(number)

    @property
    def dropped(self) -> int:
        """How many evaluations were counted but not recorded."""
        return max(0, sum(spot.count - SOURCE_CAP for spot in self.spots.values()))

    def recorded(self) -> list[Event]:
        """Return the events in order; threads of the test may still be running."""
        buffer = list(self.events)
        return list(_events(buffer, self.threads.first))

    def write(self, path: str, prepare: Prepare | None = None) -> None:
        """Write what was recorded; only sites that were reached are named. `prepare` is for `write_trace`."""
        seen = self.recorded()
        names = list(self.threads.names)  # after the events, so that every thread of theirs is among them
        reached = sorted({event[0] for event in seen})
        places = {number: place for place, number in enumerate(reached)}
        events = [(places[number], thread, literal, moment) for number, thread, literal, moment in seen]
        left_out = {file: " ".join(key[len(file) + 1 :] for key in keys) for file, keys in self.left_out.items() if keys}
        sites = [self._traced(number) for number in reached]
        write_trace(path, sites, names, events, self.dropped, prepare=prepare, left_out=left_out, flow=self.flow)

    def mark(self) -> int:
        """Remember this moment, for `since`."""
        place = len(self.events)
        self._stamp()
        return place

    def since(self, mark: int) -> list[tuple[TracedSite, int, Literal, int]]:
        """Return the events since then, as (site, thread, literal, nanoseconds); it costs next to nothing if there are none."""
        found = _events(self.events[mark:], self.threads.first)
        return [(self._traced(number), thread, literal, moment) for number, thread, literal, moment in found]

    def _traced(self, number: int) -> TracedSite:
        """Describe a site together with the known source that was seen there."""
        spot = self.spots.get(number)
        source = None if spot is None else spot.source
        full = self.values[number] is PASS
        return TracedSite(self.table.sites[number], source.kind if source else "", source.name if source else "", full)

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
            self.spot(number).force = force

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
        kind = type(value)
        if (kind is float and value - value == 0 != value) or (kind is int and -_LARGE < value < _LARGE):
            self.nodes -= 1
            return value  # what most draws give stands for itself
        literal = encode(value, SOURCE_NODES if self.nodes > 0 else NODES)
        self.nodes -= len(literal[1]) if type(literal) is list and type(literal[1]) is list else 1
        return literal


def _events(buffer: list[Any], first: int) -> Iterator[Event]:
    """Read a buffer; events of threads that were numbered in an earlier run are left out."""
    thread = moment = 0
    entries = iter(buffer)
    for number in entries:
        if number < 0:
            thread, moment = -1 - number - first, next(entries)
        elif thread >= 0:
            yield number, thread, next(entries), moment
        else:
            next(entries)


RECORDER = Recorder()


def record(recorder: Recorder, number: int, occurrence: int, literal: Literal) -> None:
    """Append one evaluation of a known source, marked, up to the caps."""
    threads = recorder.threads
    if occurrence < SOURCE_CAP and len(recorder.events) < 2 * TRACE_CAP:
        recorder.events.extend((-1 - (threads.current() if threads.several else threads.first), Own.now(), number, literal))
    if recorder.light and occurrence >= LIGHT_SOURCE_CAP - 1:
        recorder.pass_by(number)
        recorder.look_no_more(number)
