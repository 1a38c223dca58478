"""Further causes: with what was proven forced to its passing side, does the test still fail now and then?

Source: removing explained runs and looking again is B. Liblit et al., "Scalable Statistical Bug Isolation", PLDI 2005;
we make new runs in which the explained cause cannot strike, instead of leaving out old ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from flakemark.divergence import Align
from flakemark.isolate.flip import isolate
from flakemark.isolation import Flip
from flakemark.reproduction import Reproduction
from flakemark.runs import BudgetSpent, Failure, Forcing, Runner, Told, traced

MOST_CAUSES = 3
HEALED, BATCH = 24, 8  # a further cause that strikes in one run of eight is met in 24 runs 24 times of 25
HELD = frozenset({"pin", "order"})  # kinds of forcings that keep a site from striking again
SHARE = 0.3  # of the time that is left


def further_causes(runner: Runner, found: Reproduction, proven: Sequence[Flip], align: Align, told: Told) -> list[Flip]:
    """Find causes beside the one that was proven.

    Args:
        runner: executes runs.
        found: the reproduction in which the first cause was proven.
        proven: the first cause.
        align: compares two traces.
        told: is told each step.

    Returns:
        flips of other lines, proven both ways while those before them are healed; empty where nothing else strikes.
    """
    flips = list(proven)
    if found.recorded or any(forcing.kind not in HELD for forcing in _healing(flips)):
        return []  # a clock that is set goes on from there
    until = runner.seconds_left() * (1 - SHARE)
    with suppress(BudgetSpent):
        while len(flips) < MOST_CAUSES and runner.seconds_left() > until:
            rest = _healed(runner, found, flips, until, told)
            more = isolate(runner, rest, align, told).flips if rest.complete else []
            lines = {_line(flip) for flip in flips}
            if not more or _line(more[0]) in lines or not more[0].suspects[0].known:
                break
            flips.append(more[0])
    return flips[len(proven) :]


def _healed(runner: Runner, found: Reproduction, flips: list[Flip], until: float, told: Told) -> Reproduction:
    """Run the test with other seeds, and everything that is proven forced to its passing side."""
    told("whether it still fails without that")
    base = found.passing[0].request
    rest = Reproduction(known=True)
    rest.wants = lambda failure: _is_another(failure, rest)
    for start in range(1, HEALED + 1, BATCH):
        requests = [traced(base.victim, number, fresh=base.fresh) for number in range(start, start + BATCH)]
        healed = [replace(request, environment=base.environment, before=base.before, forcings=_healing(flips)) for request in requests]
        rest.keep(runner.run(healed), natural=True)
        if rest.complete or runner.seconds_left() < until:
            break
    return rest


def _healing(flips: Sequence[Flip]) -> tuple[Forcing, ...]:
    return tuple(force for flip in flips for force in (*flip.held, *(suspect.to_passing for suspect in flip.suspects)))


def _is_another(failure: Failure, rest: Reproduction) -> bool:
    return rest.failure is None or failure.is_like(rest.failure)


def _line(flip: Flip) -> tuple[str, int]:
    site = flip.suspects[0].site.site
    return site.file, site.line
