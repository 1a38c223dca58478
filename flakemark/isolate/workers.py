"""What a trace says about those who were at work beside the test: threads, tasks and processes, what they share, and waits for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flakemark.events import Trace, TracedSite
from flakemark.runs import Forcing

SHARE_DONE = 0.9  # who is refused does not come to the line that accepts
MAIN, POOL, TIMER = "main", "thread:_worker", "thread:Timer#"
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


def by_site(trace: Trace) -> dict[int, set[int]]:
    """Say which threads have evaluated each site."""
    threads: dict[int, set[int]] = {}
    for event in trace.events:
        threads.setdefault(event.site, set()).add(event.thread)
    return threads


def shared(trace: Trace) -> list[TracedSite]:
    """List the sites that several threads run, or could: those of a kind of which there are several. In order of their last completion."""
    kinds = [name.rpartition("#")[0] for name in trace.threads]
    many = {number for number, kind in enumerate(kinds) if kinds.count(kind) > 1}
    # How many threads a pool has depends on how fast the first one is.
    many |= {number for number, kind in enumerate(kinds) if kind == POOL}
    several = {number for number, threads in by_site(trace).items() if len(threads) > 1 or threads & many}
    # Of a function that several run, each may go another way: who is refused does not come to the line that accepts.
    functions = {function_of(trace.sites[number]) for number in several}
    order = {event.site: place for place, event in enumerate(trace.events) if function_of(trace.sites[event.site]) in functions}
    return [trace.sites[number] for number in sorted(order, key=order.__getitem__)]


def function_of(site: TracedSite) -> tuple[str, str]:
    """Say which function a site is in: file and name."""
    return site.site.file, site.site.function


def around_await(trace: Trace, awaited: TracedSite) -> list[TracedSite]:
    """Return the window around an await, in which other tasks run: from the check or read before it to the write after it.

    Between two awaits nobody else runs in the loop, so that no pause can be made there, and none is needed.
    """
    sites = [trace.sites[event.site] for event in trace.events if function_of(trace.sites[event.site]) == function_of(awaited)]
    place = next((place for place, site in enumerate(sites) if site == awaited), None)
    if place is None:
        return [awaited]
    before = [site for site in sites[:place] if site.site.kind in ("branch", "store") and site.site.line <= awaited.site.line]
    checks = [site for site in before if site.site.kind == "branch"] or before
    after = [site for site in sites[place + 1 :] if site.site.kind in ("store", "augment") and site.site.line > awaited.site.end_line]
    return [*checks[-1:], awaited, *after[:1]]


def before_window(trace: Trace, sites: Sequence[TracedSite]) -> TracedSite | None:
    """Find what a thread evaluates in the same function right before it enters the window; None if the window comes first."""
    window, function = {site.site.key for site in sites}, function_of(sites[0])
    last: dict[int, TracedSite] = {}
    for event in trace.events:
        site = trace.sites[event.site]
        if function_of(site) != function:
            continue
        if site.site.key in window:
            return last.get(event.thread)
        last[event.thread] = site
    return None


def evaluated_before(trace: Trace, numbers: Mapping[str, int], inside: Collection[str]) -> Forcing | None:
    """Find what the same thread evaluates right before the first of some evaluations, as a delay of no length yet; None if nothing.

    Args:
        trace: a run.
        numbers: by site, which evaluation is meant.
        inside: sites that are not before it: what is called there completes before the call does.
    """
    counts: Counter[str] = Counter()
    last: dict[int, Forcing] = {}
    for event in trace.events:
        key = trace.sites[event.site].site.key
        if numbers.get(key) == counts[key]:
            return last.get(event.thread)
        if key not in inside:
            last[event.thread] = Forcing(kind="delay", site=key, first=counts[key])
        counts[key] += 1
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


def has_timers(trace: Trace) -> bool:
    """Whether a `threading.Timer` is set."""
    return any(name.startswith(TIMER) for name in trace.threads) or bool(_timers(trace))


def timer_of(trace: Trace, thread: str) -> TracedSite | None:
    """Find the line that makes the timer which a thread is: how long it waits is said there, not where it is started."""
    if not thread.startswith(TIMER):
        return None
    made = _timers(trace)
    return made[0] if len(made) == 1 else None  # of several, nobody says which one is started there


def _timers(trace: Trace) -> list[TracedSite]:
    return [site for site in trace.sites if site.site.callee == "Timer"]


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
