"""Which perturbations a passing trace suggests, likeliest and cheapest first.

Nothing is perturbed that the test did not touch: no set was iterated, no set is permuted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from flakemark.divergence import same
from flakemark.events import INPUTS, WALL_CLOCKS, Literal, Trace, TracedSite, is_whole
from flakemark.literals import show
from flakemark.runs import Forcing

PERMUTATIONS, MORE_PERMUTATIONS = 12, 40  # of each kind, before everything else, and after it
EDGES = 3
CORES = (1, 2, 64)
ALIKE = 8  # runs of each kind, in the mean
MOST_MAKERS = 4
COLLIDING = 4  # hexadecimal digits: of three hundred ids, two begin with the same ones in every second run
SECOND, DAY = 1.0, 86_400.0

Cut = Callable[[str, str], str]
MakesAlike = Callable[[Literal, Literal, Cut], Literal | None]


@dataclass(frozen=True, slots=True)
class Perturbation:
    """A change of the surroundings, and its name for people."""

    title: str
    forcings: tuple[Forcing, ...]


def perturbations(traces: Sequence[Trace], *, extremes: bool) -> Iterator[Perturbation]:
    """List what to try, best first.

    Args:
        traces: of unperturbed runs with different seeds; more than one tells which draws vary.
        extremes: whether to try extreme draws and jumping clocks; without a known failure only what happens by
            itself is tried (orders): a stable test must stay silent. Work may have to be completed in one order
            (one worker, timers), so that an order of completion has to vary by itself before others are tried.
    """
    sites = sources(traces)
    orders = _order_kinds(
        sites, completion=any(extremes or varies(traces, site.site.key) for site in sites if site.source_kind == "completion")
    )
    yield from _orders(orders, range(1, PERMUTATIONS + 1))
    if extremes:
        yield from _cores(traces, sites)
        yield from _edges(traces, sites)
        yield from _made_up(traces, sites)
        yield from _clocks(traces, sites)
    yield from _orders(orders, range(PERMUTATIONS + 1, MORE_PERMUTATIONS + 1))


def sources(traces: Sequence[Trace]) -> list[TracedSite]:
    """List the known sources that were reached, in order of their first evaluation, each once."""
    found: dict[str, TracedSite] = {}
    for trace in traces:
        for event in trace.events:
            site = trace.sites[event.site]
            if site.source_kind in INPUTS:
                found.setdefault(site.site.key, site)
    return list(found.values())


def _order_kinds(sites: Sequence[TracedSite], *, completion: bool) -> list[tuple[str, str]]:
    """List the kinds of orders that may be others, with what people call it."""
    kinds = {site.source_kind for site in sites}
    wanted = [("set_order", "another order of sets")] * bool(kinds & {"set_order", "set_pop"})
    wanted += [("listing", "another order of directory listings")] * ("listing" in kinds)
    return wanted + [("completion", "work completed in another order")] * completion


def _orders(kinds: Sequence[tuple[str, str]], seeds: range) -> Iterator[Perturbation]:
    for seed in seeds:
        for what, title in kinds:
            yield Perturbation(f"{title} ({seed})", (Forcing(kind="permute", what=what, seed=seed),))


def all_orders(traces: Sequence[Trace], seeds: range) -> Iterator[Perturbation]:
    """Yield what puts everything whose order is left open into other orders, at once; nothing where there is nothing of the kind."""
    kinds = _order_kinds(sources(traces), completion=False)
    title = " and ".join(title for _, title in kinds)
    for seed in seeds if kinds else ():
        yield Perturbation(f"{title} ({seed})", tuple(Forcing(kind="permute", what=what, seed=seed) for what, _ in kinds))


def _values(trace: Trace, key: str) -> list[Literal]:
    return [event.literal for event in trace.events if trace.sites[event.site].site.key == key]


def varies(traces: Sequence[Trace], key: str) -> bool:
    """Whether a site gave different values in different runs: a seeded generator does not."""
    seen = [_values(trace, key) for trace in traces]
    return any(not same(seen[0], other) for other in seen[1:])


def draws_alike(traces: Sequence[Trace]) -> bool:
    """Whether what is drawn comes in few kinds, however many runs: forks go on from one state that was drawn at import."""
    drawn = [site for site in sources(traces[:1]) if site.source_kind in ("draw", "shuffle")]
    return any(len({repr(_values(trace, site.site.key)) for trace in traces}) * ALIKE <= len(traces) for site in drawn)


def _cores(traces: Sequence[Trace], sites: Sequence[TracedSite]) -> Iterator[Perturbation]:
    """A machine with another number of cores."""
    for site in sites:
        if site.source_name.endswith(("cpu_count", "sched_getaffinity")):
            own = _values(traces[0], site.site.key)
            for count in CORES:
                value = count if site.source_name.endswith("count") else ["set", [*range(count)]]
                if [value] != own[:1]:
                    title = f"{site.source_name} gives {show(value)} in {site.site.file}:{site.site.line}"
                    yield Perturbation(title, (Forcing(kind="pin", site=site.site.key, values=(value,) * len(own)),))


def _edges(traces: Sequence[Trace], sites: Sequence[TracedSite]) -> Iterator[Perturbation]:
    drawn = [site for site in sites if site.source_kind in ("draw", "shuffle") and varies(traces, site.site.key)]
    for edge in range(EDGES):
        for site in drawn:
            title = f"{site.source_name} at its edge {edge + 1} in {site.site.file}:{site.site.line}"
            yield Perturbation(title, (Forcing(kind="edge", site=site.site.key, edge=edge),))
    for site in drawn:
        yield Perturbation(f"{site.source_name} repeats itself in {site.site.file}:{site.site.line}", (_repeated(traces[0], site),))


def _made_up(traces: Sequence[Trace], sites: Sequence[TracedSite]) -> Iterator[Perturbation]:
    """Made-up ids whose beginnings, or ends, are the same: what is cut from them may collide, whole ones never do."""
    for site in sites:
        if site.source_kind == "unique":
            yield from _colliding(traces[0], site, f"what {site.source_name} gives", _alike)
    for site in _makers(traces)[:MOST_MAKERS]:  # a field of a class may have a default that is made up
        yield from _colliding(traces[0], site, f"an id that {site.site.callee} makes up", _alike_inside)


def _colliding(trace: Trace, site: TracedSite, what: str, makes_alike: MakesAlike) -> Iterator[Perturbation]:
    values = _values(trace, site.site.key)
    for where, cut in (("begin", _same_head), ("end", _same_tail)):
        wanted = [makes_alike(values[0], value, cut) for value in values]
        if len(values) > 1 and None not in wanted:
            title = f"{what} in {site.site.file}:{site.site.line} {where}s alike"
            yield Perturbation(title, (Forcing(kind="pin", site=site.site.key, values=tuple(wanted)),))


def _makers(traces: Sequence[Trace]) -> list[TracedSite]:
    """List the calls that return objects with a UUID in them, another one in every run; those of the innermost functions first."""
    found: dict[str, TracedSite] = {}
    for event in traces[0].events:
        site = traces[0].sites[event.site]
        if not site.source_kind and site.site.kind == "call" and _ids(event.literal) and is_whole(event.literal):
            found.setdefault(site.site.key, site)
    return [site for key, site in found.items() if varies(traces, key)]


def _ids(literal: Literal) -> list[str]:
    """List the UUIDs in a literal, in order."""
    match literal:
        case ["uuid", str(digits)]:
            return [digits]
        case [*items]:
            return [digits for item in items for digits in _ids(item)]
        case _:
            return []


def _alike(first: Literal, value: Literal, cut: Cut) -> Literal | None:
    """Make one literal like the first; None for what is neither a text of digits nor a UUID."""
    match first, value:
        case str(), str() if len(first) == len(value) >= COLLIDING:
            return cut(first, value)
        case ["uuid", str(one)], ["uuid", str(other)]:
            return ["uuid", cut(one, other)]
        case _:
            return None


def _alike_inside(first: Literal, value: Literal, cut: Cut) -> Literal | None:
    """The same for the UUIDs inside of objects; None if they do not hold as many."""
    own, digits = _ids(first), _ids(value)
    if not own or len(own) != len(digits):
        return None
    wanted = dict(zip(digits, map(cut, own, digits), strict=True))
    return _replaced(value, wanted)


def _replaced(literal: Literal, wanted: Mapping[str, str]) -> Literal:
    match literal:
        case ["uuid", str(digits)]:
            return ["uuid", wanted[digits]]
        case [*items]:
            return [_replaced(item, wanted) for item in items]
        case _:
            return literal


def _same_head(first: str, value: str) -> str:
    return first[:COLLIDING] + value[COLLIDING:]


def _same_tail(first: str, value: str) -> str:
    return value[:-COLLIDING] + first[-COLLIDING:]


def _repeated(trace: Trace, site: TracedSite) -> Forcing:
    values = _values(trace, site.site.key)
    kind = "order" if site.source_kind == "shuffle" else "pin"
    return Forcing(kind=kind, site=site.site.key, values=tuple(values[:1] * len(values)))


def _clocks(traces: Sequence[Trace], sites: Sequence[TracedSite]) -> Iterator[Perturbation]:
    clocks = [site for site in sites if site.source_kind == "clock"]
    jumps = [_jump(site, SECOND, "a second") for site in clocks]
    midnights = [_jump(site, DAY, "a day") for site in clocks if site.source_name in WALL_CLOCKS]
    yield from chain(jumps, midnights)


def _jump(site: TracedSite, seconds: float, name: str) -> Perturbation:
    title = f"{name} passes before {site.source_name} in {site.site.file}:{site.site.line}"
    return Perturbation(title, (Forcing(kind="advance", site=site.site.key, seconds=seconds),))
