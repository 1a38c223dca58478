"""What the sites of two runs say about the structure of the program: functions, lines, loops, recursion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flakemark.events import Site

ANYTHING, NO_CALL = -1, -2
Chain = tuple[int, ...]


@dataclass(slots=True)
class Sites:
    """All sites of both runs, by number.

    Attributes:
        function: number of the enclosing function.
        rank: place of its line among the lines of this function that have sites; the line on which the expression ends, since that
            is where a call on several lines completes.
        depth: +1 where a recursive function begins, -1 where it has called itself, otherwise 0.
        recursive: whether the function of a site calls itself.
        loops: the loops around a site, outermost first, by number.
        told: whether the recorder said which loops there are.
        name: number of the name under which the function of a site is called.
        callee: number of the name that is called here, ANYTHING for what is awaited, NO_CALL otherwise.
    """

    function: Sequence[int]
    rank: Sequence[int]
    depth: Sequence[int]
    recursive: Sequence[bool]
    loops: Sequence[Chain]
    told: bool
    name: Sequence[int]
    callee: Sequence[int]


def structure(sites: Sequence[Site]) -> Sites:
    """Number what is needed; O(sites)."""
    function = _numbers((site.file, site.function) for site in sites)
    members: dict[int, list[int]] = defaultdict(list)
    for number, own in enumerate(function):
        members[own].append(number)
    rank, depth, recursive = [0] * len(sites), [0] * len(sites), [False] * len(sites)
    for inside in members.values():
        ranks = {line: place for place, line in enumerate(sorted({sites[number].end_line for number in inside}))}
        calls = [number for number in inside if _calls_itself(sites[number])]
        for number in inside:
            rank[number], recursive[number] = ranks[sites[number].end_line], bool(calls)
        for number in calls:
            depth[number] = -1
        if 0 < len(calls) < len(inside):
            depth[min((number for number in inside if number not in calls), key=rank.__getitem__)] = 1
    names = {site: number for number, site in enumerate(sorted({_name(site) for site in sites}))}
    return Sites(
        function=function, rank=rank, depth=depth, recursive=recursive,
        loops=_chains(sites), told=any(site.loops for site in sites),
        name=[names[_name(site)] for site in sites], callee=[_callee(site, names) for site in sites],
    )  # fmt: skip


def _numbers(things: Iterable[object]) -> list[int]:
    known: dict[object, int] = {}
    return [known.setdefault(thing, len(known)) for thing in things]


def _chains(sites: Sequence[Site]) -> list[Chain]:
    """Number the loops: the same line in another function, or inside of another loop, is another one."""
    known: dict[tuple[str, ...], int] = {}
    chains = []
    for site in sites:
        lines = site.loops.split()
        paths = [(site.file, site.function, *lines[: depth + 1]) for depth in range(len(lines))]
        chains.append(tuple(known.setdefault(path, len(known)) for path in paths))
    return chains


def _calls_itself(site: Site) -> bool:
    return site.kind in ("call", "await") and site.callee == _name(site)


def _name(site: Site) -> str:
    """Return the name by which a function is called: a class by its own."""
    above, _, name = site.function.rpartition(".")
    return above.rpartition(".")[2] if name in ("__init__", "__new__") else name


def _callee(site: Site, names: dict[str, int]) -> int:
    if site.kind == "await":
        return ANYTHING
    return names.get(site.callee, NO_CALL) if site.kind == "call" else NO_CALL


def learn_loops(sites: Sites, sides: Iterable[Sequence[int]]) -> None:
    """Take what a function comes back to for a loop, where the recorder did not say; O(events).

    Args:
        sites: of both runs; their loops are replaced.
        sides: the numbers of the sites that each side passes.
    """
    back: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for keys in sides:
        last: dict[int, int] = {}
        for key in keys:
            function = sites.function[key]
            before = last.get(function, key - 1)
            if (sites.rank[key] < sites.rank[before] or key == before) and function in last:
                back[function].add((sites.rank[key], sites.rank[before]))
            last[function] = key
    merged = {function: _merged(spans) for function, spans in back.items()}
    known: dict[tuple[int, int, int], int] = {}
    sites.loops = [
        ()
        if sites.recursive[key]
        else tuple(
            known.setdefault((function, first, last), len(known))
            for first, last in merged.get(function, ())
            if first <= sites.rank[key] <= last
        )
        for key, function in enumerate(sites.function)
    ]


def _merged(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that begin on one line or overlap without one lying in the other; outermost first."""
    loops: list[tuple[int, int]] = []
    for first, last in sorted(spans, key=lambda span: (span[0], -span[1])):
        around = [loop for loop in loops if loop[0] == first or loop[0] < first <= loop[1] < last]
        if around:
            loops = [(loop[0], max(last, loop[1])) if loop in around else loop for loop in loops]
        else:
            loops.append((first, last))
    return sorted(set(loops), key=lambda span: (span[0], -span[1]))
