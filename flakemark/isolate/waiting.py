"""What a trace says about who waits: waits and polling loops, how long they lasted, what ends them, draws that only feed them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from flakemark.events import Trace, TracedSite
from flakemark.isolate.workers import SHARE_DONE, Delay, by_site, function_of
from flakemark.runs import Forcing

SIGNALS = frozenset({"set", "notify", "notify_all", "put", "put_nowait", "set_result", "release", "count_down"})  # by which others go on
MATCHES = 6  # waits that last as long as was drawn: fewer may be chance
LATER, LATE, ROUNDED = 1.1, 0.002, 0.0005  # a wait lasts a little longer than it was asked for, in times and seconds; clocks round


def only_feeds_waits(traces: Sequence[Trace], source: TracedSite) -> bool:
    """Whether what a source gives is how long something takes, simulated.

    It is followed by a wait in the same function every time, or waits of one line last as long as it says, one after the other.
    """
    followers = [site for trace in traces for site in _next_of_same_thread(trace, source)]
    if followers and all(site.source_kind == "wait" and function_of(site) == function_of(source) for site in followers):
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


def waits(trace: Trace, own: frozenset[str], delayed: str) -> list[TracedSite]:
    """List the waits that somebody else than the delayed thread makes, the test's own first."""
    found = []
    for number, threads in by_site(trace).items():
        names = {trace.threads[thread] for thread in threads}
        if trace.sites[number].source_kind in ("wait", "completion") and names - {delayed}:
            found.append((not names & own, trace.sites[number]))
    return [site for _, site in sorted(found, key=lambda entry: entry[0])]


def is_sleep(site: TracedSite) -> bool:
    """Whether a wait is for nothing but some time."""
    return site.source_name.rpartition(".")[2] == "sleep"


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


def signal_before(trace: Trace, delay: Delay) -> tuple[TracedSite, Forcing, Forcing] | None:
    """Find the last signal that the delayed thread gives before it is late; None without one.

    Where all of the thread is late, it is the first one that it gives at all.

    Returns:
        the signal, how to be late right before it, and after it.
    """
    counts: Counter[str] = Counter()
    late = Forcing(kind="hold", what=delay.thread, seconds=delay.forcing.seconds)
    found = None
    for event in trace.events:
        site = trace.sites[event.site]
        number = counts[site.site.key]
        counts[site.site.key] += 1
        if trace.threads[event.thread] != delay.thread:
            continue
        here = Forcing(kind="delay", site=site.site.key, seconds=delay.forcing.seconds, first=number)
        if site.site.kind == "call" and site.site.callee in SIGNALS:
            if delay.forcing.kind == "hold":
                return site, late, here
            found = (site, late, delay.forcing)
        if (site.site.key, number) == (delay.forcing.site, delay.forcing.first):
            return found
        late = here
    return None


def waited_for(trace: Trace, signal: TracedSite, own: frozenset[str], seconds: float) -> Forcing | None:
    """Find the wait of the test itself that a late signal ends: one of so many seconds that is over right after it.

    Returns:
        a delay of no length yet behind the wait; None if the test does not wait for the signal.
    """
    counts: Counter[str] = Counter()
    before: dict[int, int] = {}
    given = False
    for event in trace.events:
        site = trace.sites[event.site]
        given = given or site.site.key == signal.site.key
        if given and site.source_kind == "wait" and trace.threads[event.thread] in own:
            lasted = (event.nanoseconds - before.get(event.thread, event.nanoseconds)) / 1e9
            return Forcing(kind="delay", site=site.site.key, first=counts[site.site.key]) if lasted >= seconds else None
        before[event.thread] = event.nanoseconds
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
