"""What could be forced: sites whose value or order differs between passing and failing runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flakemark.divergence import NOTHING, Align, Divergence
from flakemark.events import Trace, TracedSite, is_whole
from flakemark.isolation import Suspect
from flakemark.runs import Forcing, RunResult

ORDER_KINDS = frozenset({"set_order", "set_pop", "listing", "completion", "shuffle"})
# A signal that is sent to the number of a process of another run would meet somebody else.
_SENDERS = frozenset({"kill", "killpg", "pidfd_open", "waitpid", "send_signal", "setpgid", "Process", "system", "popen"})


def suspects(passing: RunResult, failing: RunResult, align: Align) -> tuple[list[Suspect], tuple[Divergence, ...]]:
    """List the suspects of a pair of traced runs in order of completion, and all divergences.

    Returns:
        each site once, at its first divergence; sites whose values cannot be forced are left out.
    """
    left, right = passing.trace, failing.trace
    if left is None or right is None:
        return [], ()
    divergences = align(left, right)
    found: dict[str, Suspect] = {}
    for divergence in divergences:
        key = divergence.site.site.key
        if key not in found and _has_both(divergence):
            found[key] = Suspect(
                site=divergence.site,
                divergence=divergence,
                to_failing=forcing(right, divergence.site),
                to_passing=forcing(left, divergence.site),
                place=divergence.place,
            )
    return [suspect for suspect in found.values() if _forceable(suspect)], divergences


def _has_both(divergence: Divergence) -> bool:
    return NOTHING not in (divergence.passing, divergence.failing) and divergence.kind == "value_mismatch"


def forcing(trace: Trace, site: TracedSite) -> Forcing:
    """Build what forces a site to everything that it gave in this trace, occurrence by occurrence."""
    values = tuple(event.literal for event in trace.events if trace.sites[event.site].site.key == site.site.key)
    return Forcing(kind="order" if site.source_kind in ORDER_KINDS else "pin", site=site.site.key, values=values)


def _forceable(suspect: Suspect) -> bool:
    if suspect.to_failing.kind == "order" or suspect.site.source_kind == "draw":
        return True  # a draw of objects is found again in its population
    return any(is_whole(value) for value in suspect.to_failing.values) or _same_items(suspect.divergence)


def _same_items(divergence: Divergence) -> bool:
    """Whether two lists hold the same items in another order: objects cannot be made, but those that are there can be moved."""
    left, right = divergence.passing, divergence.failing
    if not isinstance(left, list) or not isinstance(right, list) or left[:1] != right[:1] or left[0] not in ("list", "tuple"):
        return False
    return sorted(map(repr, left[1])) == sorted(map(repr, right[1]))


def made_for_a_run(passing: RunResult, failing: RunResult, divergences: Sequence[Divergence]) -> list[Suspect]:
    """List what is made for a run and gone after it, where its name or number can be had again: temporary files, the process."""
    left, right = passing.trace, failing.trace
    if left is None or right is None:
        return []
    signals = any(traced.site.callee in _SENDERS or traced.source_kind == "process" for traced in (*left.sites, *right.sites))
    kinds = {"temporary"} if signals else {"temporary", "pid"}
    first: dict[str, Divergence] = {}
    for divergence in filter(_has_both, divergences):
        first.setdefault(divergence.site.site.key, divergence)
    return [
        Suspect(
            site=one.site, divergence=one, to_failing=_unwrapped(forcing(right, one.site)),
            to_passing=_unwrapped(forcing(left, one.site)), place=one.place,
        )
        for one in first.values()
        if one.site.source_kind in kinds
    ]  # fmt: skip


def _unwrapped(force: Forcing) -> Forcing:
    return replace(force, values=tuple(value[1] if isinstance(value, list) and value[:1] == ["held"] else value for value in force.values))
