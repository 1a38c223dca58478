"""What a trace says about those who were at work beside the test: threads, tasks and processes, what they share, and waits for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flakemark.events import Trace, TracedSite
from flakemark.runs import Forcing

MATCHES = 6  # waits that last as long as was drawn: fewer may be chance
LATER, LATE, ROUNDED = 1.1, 0.002, 0.0005  # a wait lasts a little longer than it was asked for, in times and seconds; clocks round
SHARE_DONE = 0.9  # who is refused does not come to the line that accepts
MAIN, POOL = "main", "thread:_worker"
SIGNALS = frozenset({"set", "notify", "notify_all", "put", "put_nowait", "set_result", "release", "count_down"})  # by which others go on
SLOW_OPERATIONS = ("os.rmdir", "os.remove", "os.scandir", "os.listdir", "os.rename", "open", "socket.connect", "subprocess.Popen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Something that can be made to come later.

    Attributes:
        forcing: how.
        name: of what is late, for people.
        thread: the logical thread that is late; "" for a process.
        site: where it is started, if that is known from the delay itself.
        pause: what the test itself is made to do slowly instead, for people; "" where something else is late.
    """

    forcing: Forcing
    name: str
    thread: str
    site: TracedSite | None = None
    pause: str = ""


def only_feeds_waits(traces: Sequence[Trace], source: TracedSite) -> bool:
    """Whether what a source gives is how long something takes, simulated.

    It is followed by a wait in the same function every time, or waits of one line last as long as it says, one after the other.
    """
    followers = [site for trace in traces for site in _next_of_same_thread(trace, source)]
    if followers and all(site.source_kind == "wait" and _function(site) == _function(source) for site in followers):
        return True
    drawn = [_numbers_of(trace, source) for trace in traces]
    lasted = [_durations_of_waits(trace) for trace in traces]
    return any(_lasts_as_drawn(drawn, [found.get(key, []) for found in lasted]) for key in {key for found in lasted for key in found})


def _lasts_as_drawn(drawn: Sequence[Sequence[float]], lasted: Sequence[Sequence[float]]) -> bool:
    pairs = [pair for numbers, seconds in zip(drawn, lasted, strict=True) for pair in zip(numbers, seconds, strict=False)]
    fitting = sum(number <= seconds + ROUNDED and seconds <= number * LATER + LATE for number, seconds in pairs)
    return fitting >= MATCHES and fitting >= SHARE_DONE * len(pairs)


def _numbers_of(trace: Trace, source: TracedSite) -> list[float]:
    events = [event for event in trace.events if trace.sites[event.site].site.key == source.site.key]
    return [event.literal for event in events if type(event.literal) is float]


def _durations_of_waits(trace: Trace) -> dict[str, list[float]]:
    """Return how long each wait has lasted, in seconds, by its line and in order."""
    before: dict[int, int] = {}
    found: dict[str, list[float]] = {}
    for event in trace.events:
        site = trace.sites[event.site]
        if site.source_kind == "wait":
            found.setdefault(site.site.key, []).append((event.nanoseconds - before.get(event.thread, event.nanoseconds)) / 1e9)
        before[event.thread] = event.nanoseconds
    return found


def _next_of_same_thread(trace: Trace, source: TracedSite) -> Iterator[TracedSite]:
    """Yield what each thread evaluates right after the source."""
    waiting: set[int] = set()
    for event in trace.events:
        site = trace.sites[event.site]
        if event.thread in waiting:
            waiting.discard(event.thread)
            yield site
        if site.site.key == source.site.key:
            waiting.add(event.thread)


def works_at_once(trace: Trace | None, victim: str) -> bool:
    """Whether anything but the test itself was at work."""
    return trace is not None and bool(others(trace, victim) or processes(trace))


def own_threads(trace: Trace, victim: str) -> frozenset[str]:
    """Name the test's own logical threads: main, the task of an async test, and the first task of the loops that it runs itself."""
    function = victim.rsplit("::", 1)[-1].split("[", 1)[0]
    tasks = {name for name in trace.threads if name.startswith(f"task:{function}#")}
    return frozenset({MAIN} | (tasks or _run_by_the_test(trace)))


def _run_by_the_test(trace: Trace) -> set[str]:
    """A task that was there before anything was started is the one that the test hands to `asyncio.run` and waits for."""
    for event in trace.events:
        site, name = trace.sites[event.site], trace.threads[event.thread]
        if name.startswith("task:"):
            return {name}
        if site.source_kind == "start":
            break
    return set()


def others(trace: Trace, victim: str) -> list[Delay]:
    """List everybody else's beginning."""
    own, used = own_threads(trace, victim), {event.thread for event in trace.events}
    names = [name for number, name in enumerate(trace.threads) if name not in own and number in used]
    return [Delay(forcing=Forcing(kind="hold", what=name), name=name.replace(":", " "), thread=name) for name in names]


def within(trace: Trace, victim: str) -> list[Delay]:
    """List the first and the last evaluation of each site that another thread runs; in tasks only where they await."""
    own = own_threads(trace, victim)
    counts: dict[int, int] = {}
    places: dict[int, tuple[str, set[int]]] = {}
    for event in trace.events:
        number = counts[event.site] = counts.get(event.site, -1) + 1
        thread = trace.threads[event.thread]
        if thread in own or (thread.startswith("task:") and trace.sites[event.site].site.kind != "await"):
            continue
        first = places.setdefault(event.site, (thread, {number}))[1]
        places[event.site] = (thread, {min(first), number})
    return [
        Delay(forcing=Forcing(kind="delay", site=trace.sites[site].site.key, first=number), name=thread.replace(":", " "), thread=thread)
        for site, (thread, numbers) in places.items()
        for number in sorted(numbers)
    ]


def own_functions(trace: Trace, victim: str) -> list[tuple[TracedSite, int]]:
    """List the sites of other functions than the test's own among these places, and which evaluation it is; last completed last."""
    file, name = victim.split("::", 1)[0], victim.rsplit("::", 1)[-1].split("[", 1)[0]
    sites = {site.site.key: site for site in trace.sites}
    found = [(sites[place.forcing.site], place.forcing.first) for place in own_places(trace, victim)]
    return [(site, first) for site, first in found if (site.site.file, site.site.function.rsplit(".", 1)[-1]) != (file, name)]


def own_places(trace: Trace, victim: str) -> list[Delay]:
    """List the last evaluation of each site that the test itself runs after it has started somebody; in tasks only where they await."""
    own = own_threads(trace, victim)
    counts: Counter[int] = Counter()
    last: dict[int, tuple[str, int]] = {}
    begun = False
    for event in trace.events:
        site, thread = trace.sites[event.site], trace.threads[event.thread]
        begun = begun or site.source_kind == "start"
        if begun and thread in own and (thread == MAIN or site.site.kind == "await"):
            last[event.site] = (thread, counts[event.site])
        counts[event.site] += 1
    return [
        Delay(forcing=Forcing(kind="delay", site=trace.sites[site].site.key, first=number), name=thread, thread=thread)
        for site, (thread, number) in last.items()
    ]


def signal_before(trace: Trace, delay: Delay) -> tuple[TracedSite, Forcing] | None:
    """Find the last signal that the delayed thread gives before it is late, and how to be late right before that; None without one."""
    counts: Counter[str] = Counter()
    late = Forcing(kind="hold", what=delay.thread, seconds=delay.forcing.seconds)
    found = None
    for event in trace.events:
        site = trace.sites[event.site]
        number = counts[site.site.key]
        counts[site.site.key] += 1
        if trace.threads[event.thread] != delay.thread:
            continue
        if site.site.kind == "call" and site.site.callee in SIGNALS:
            found = (site, late)
        if (site.site.key, number) == (delay.forcing.site, delay.forcing.first):
            return found
        late = Forcing(kind="delay", site=site.site.key, seconds=delay.forcing.seconds, first=number)
    return None


def processes(trace: Trace) -> list[Delay]:
    """List the starts of other processes, at most four."""
    found = {trace.sites[event.site].site.key: trace.sites[event.site] for event in trace.events}
    counts: dict[str, int] = {}
    delays = []
    for event in trace.events:
        site = found[trace.sites[event.site].site.key]
        if site.source_kind == "process":
            number = counts[site.site.key] = counts.get(site.site.key, -1) + 1
            delay = Forcing(kind="delay", site=site.site.key, first=number)
            delays.append(Delay(forcing=delay, name=f"process {number + 1}", thread="", site=site))
    return delays[:4]


def all_done(failing: Sequence[Trace], passing: Sequence[Trace], victim: str) -> bool:
    """Whether the others did in every failing run about as much as in a passing one: then the test did wait for them."""
    if not failing or not passing:
        return False
    enough = SHARE_DONE * min(_done_by_others(trace, victim) for trace in passing)
    return enough > 0 and all(_done_by_others(trace, victim) >= enough for trace in failing)


def _done_by_others(trace: Trace, victim: str) -> int:
    """Count the others' events before the last one of the test itself."""
    own = own_threads(trace, victim)
    count = seen = 0
    for event in trace.events:
        if trace.threads[event.thread] in own:
            count = seen
        else:
            seen += 1
    return count


def _by_site(trace: Trace) -> dict[int, set[int]]:
    threads: dict[int, set[int]] = {}
    for event in trace.events:
        threads.setdefault(event.site, set()).add(event.thread)
    return threads


def waits(trace: Trace, own: frozenset[str], delayed: str) -> list[TracedSite]:
    """List the waits that somebody else than the delayed thread makes, the test's own first."""
    found = []
    for number, threads in _by_site(trace).items():
        names = {trace.threads[thread] for thread in threads}
        if trace.sites[number].source_kind in ("wait", "completion") and names - {delayed}:
            found.append((not names & own, trace.sites[number]))
    return [site for _, site in sorted(found, key=lambda entry: entry[0])]


def polls(trace: Trace, delayed: str) -> list[tuple[TracedSite, TracedSite]]:
    """List the clocks that are read in loops: (the reading before, which sets the deadline; the reading in the loop)."""
    found: dict[str, tuple[TracedSite, TracedSite]] = {}
    before: dict[str, TracedSite] = {}
    for event in trace.events:
        site = trace.sites[event.site]
        if site.source_kind == "clock" and trace.threads[event.thread] != delayed:
            function = f"{site.site.file}:{site.site.function}"
            earlier = before.setdefault(function, site)
            if earlier != site:
                found.setdefault(site.site.key, (earlier, site))
    return list(found.values())


def shared(trace: Trace) -> list[TracedSite]:
    """List the sites that several threads run, or could: those of a kind of which there are several. In order of their last completion."""
    kinds = [name.rpartition("#")[0] for name in trace.threads]
    many = {number for number, kind in enumerate(kinds) if kinds.count(kind) > 1}
    # How many threads a pool has depends on how fast the first one is.
    many |= {number for number, kind in enumerate(kinds) if kind == POOL}
    several = {number for number, threads in _by_site(trace).items() if len(threads) > 1 or threads & many}
    # Of a function that several run, each may go another way: who is refused does not come to the line that accepts.
    functions = {_function(trace.sites[number]) for number in several}
    order = {event.site: place for place, event in enumerate(trace.events) if _function(trace.sites[event.site]) in functions}
    return [trace.sites[number] for number in sorted(order, key=order.__getitem__)]


def _function(site: TracedSite) -> tuple[str, str]:
    return site.site.file, site.site.function


def around_await(trace: Trace, awaited: TracedSite) -> list[TracedSite]:
    """Return the window around an await, in which other tasks run: from the check or read before it to the write after it.

    Between two awaits nobody else runs in the loop, so that no pause can be made there, and none is needed.
    """
    sites = [trace.sites[event.site] for event in trace.events if _function(trace.sites[event.site]) == _function(awaited)]
    place = next((place for place, site in enumerate(sites) if site == awaited), None)
    if place is None:
        return [awaited]
    before = [site for site in sites[:place] if site.site.kind in ("branch", "store") and site.site.line <= awaited.site.line]
    checks = [site for site in before if site.site.kind == "branch"] or before
    after = [site for site in sites[place + 1 :] if site.site.kind in ("store", "augment") and site.site.line > awaited.site.end_line]
    return [*checks[-1:], awaited, *after[:1]]


def before_window(trace: Trace, sites: Sequence[TracedSite]) -> TracedSite | None:
    """Find what a thread evaluates in the same function right before it enters the window; None if the window comes first."""
    window, function = {site.site.key for site in sites}, _function(sites[0])
    last: dict[int, TracedSite] = {}
    for event in trace.events:
        site = trace.sites[event.site]
        if _function(site) != function:
            continue
        if site.site.key in window:
            return last.get(event.thread)
        last[event.thread] = site
    return None


def started_at(trace: Trace, thread: str) -> TracedSite | None:
    """Find the line that started a logical thread: the n-th of its family was started at the n-th start."""
    family = "task" if thread.startswith("task:") else "thread"
    members = [name for name in trace.threads if name.startswith(family + ":")]
    started = [trace.sites[event.site] for event in trace.events if trace.sites[event.site].source_kind == "start"]
    starts = [site for site in started if _starts_tasks(site) == (family == "task")]
    if not starts:
        return None
    place = members.index(thread) - max(0, len(members) - len(starts))
    return starts[min(max(place, 0), len(starts) - 1)]


def _starts_tasks(site: TracedSite) -> bool:
    return "task" in site.source_name or "future" in site.source_name


def joined_before(trace: Trace, own: frozenset[str], place: str) -> bool:
    """Whether the test has joined as many threads as it has started, before it comes to a line ("file:line")."""
    starts = joins = 0
    for event in trace.events:
        site = trace.sites[event.site]
        if trace.threads[event.thread] in own:
            if f"{site.site.file}:{site.site.line}" == place:
                return 0 < starts <= joins
            starts += site.source_name == "Thread.start"
            joins += site.source_name == "Thread.join"
    return False


def wait_after(trace: Trace, signal: TracedSite, own: frozenset[str]) -> Forcing | None:
    """Find the first wait of the test itself that ends after a signal, as a delay of no length yet behind it."""
    counts: Counter[str] = Counter()
    given = False
    for event in trace.events:
        site = trace.sites[event.site]
        given = given or site.site.key == signal.site.key
        if given and site.source_kind == "wait" and trace.threads[event.thread] in own:
            return Forcing(kind="delay", site=site.site.key, first=counts[site.site.key])
        counts[site.site.key] += 1
    return None


def awaited_after(trace: Trace, start: TracedSite, own: frozenset[str]) -> Forcing | None:
    """Find the first await of the test itself that ends after a start, as a delay of no length yet."""
    counts: Counter[str] = Counter()
    begun = False
    for event in trace.events:
        site = trace.sites[event.site]
        begun = begun or site.site.key == start.site.key
        if begun and site.site.kind == "await" and trace.threads[event.thread] in own:
            return Forcing(kind="delay", site=site.site.key, first=counts[site.site.key])
        counts[site.site.key] += 1
    return None


def evaluations(trace: Trace | None, key: str) -> int:
    """Count how often a site was evaluated."""
    return sum(trace.sites[event.site].site.key == key for event in trace.events) if trace is not None else 0


def busiest(traces: Sequence[Trace]) -> Trace:
    """Choose the trace of the most threads: two jobs of a pool are run by one thread as long as each ends before the next."""
    return max(traces, key=lambda trace: len(trace.threads))


def slow_operations(trace: Trace, victim: str, seconds: float) -> list[Delay]:
    """List what the test itself may do slowly while others go on; the first of these is then what it does not wait for."""
    working = others(trace, victim)[:1]
    return [
        Delay(
            forcing=Forcing(kind="pause", what=event, seconds=seconds), name=other.name, thread=other.thread,
            pause=f"{event} takes {seconds:g} s longer",
        )
        for other in working for event in SLOW_OPERATIONS
    ]  # fmt: skip


def called_from(trace: Trace, site: TracedSite, victim: str) -> TracedSite:
    """Climb out of helpers of the tests: what matters is the line of the test that did not wait."""
    file = victim.split("::", maxsplit=1)[0]
    if site.site.file != file and not ("/" in file and site.site.file.startswith(file.rpartition("/")[0] + "/")):
        return site
    for event in trace.events:
        caller = trace.sites[event.site]
        helper = site.site.function.rsplit(".", 1)[-1]
        if caller.site.kind == "call" and caller.site.callee == helper:
            return caller
    return site
