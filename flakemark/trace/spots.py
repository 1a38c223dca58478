"""What stands at a site: the callables that may observe it, and the state of one that is looked at closely.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flakemark.trace.forcing import Force
from flakemark.trace.sources import Source

__tracebackhide__ = True  # pytest shows no frame of this module

Probe = Callable[[int, Any], Any]

# A callable in C that hands its second argument back: `dict.get` of a dict that is and stays empty.
PASS: Probe = {}.get  # type: ignore[assignment]


class Spot:
    """The state, during one run, of a site at which a source was seen or something is forced.

    Attributes:
        count: how often it was evaluated.
        source: the known source that was seen here, for the trace.
        live: the source that is being called now; a line may call one thing first and another later.
        force: what an intervention changes here.
    """

    __slots__ = ("count", "force", "live", "source")

    def __init__(self, count: int) -> None:
        self.count = count
        self.source: Source | None = None
        self.live: Source | None = None
        self.force: Force | None = None


class Probes:
    """The callables that observe sites, as `probe` defines them.

    Attributes:
        detailed: observes a site's first evaluations of a run.
        usual: observes the others.
        once: observes one evaluation of a site that has been hot in many tests.
        special: observes a site with a source or a force.
        callee: looks at what is going to be called.
        iterable: looks at what is going to be iterated.
        orderless: likewise, until it has seen enough that has no order of its own.
    """

    detailed: Probe = PASS
    usual: Probe = PASS
    once: Probe = PASS
    special: Probe = PASS
    callee: Probe = PASS
    iterable: Probe = PASS
    orderless: Probe = PASS
