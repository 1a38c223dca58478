"""The cause chain of a race or of a wait that is too short: who did what, in the order of the run that fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flakemark.events import Literal, Site, Trace
from flakemark.explain.chain import ReadLine, crash_link
from flakemark.isolation import TimingFlip
from flakemark.literals import show
from flakemark.model import ChainLink
from flakemark.runs import Failure


class _Words(NamedTuple):
    """What is said of the line that is named and of what the other thread does, each of the passing and of the failing run.

    Attributes:
        turned: -1 where the other thread comes too soon in the failing run, and not too late.
    """

    line: tuple[str, str]
    work: tuple[str, str] = ("done by then", "not done by then")
    turned: int = 1


_WORDS = {
    "wait": _Words(("{} is done first", "goes on before {} is done")),
    "early": _Words(("{} is done when others go on", "tells others to go on before {} is done")),
    "overtaken": _Words(("{} comes after the test", "{} comes in between"), ("not yet", "done by then"), turned=-1),
}
MOST_PASSAGES = 200  # of a window that is passed again and again; the race is in one of the first ones
_WRITES = frozenset({"store", "augment"})
Pair = tuple[Trace, Trace]


class _Moment(NamedTuple):
    """One evaluation.

    Attributes:
        place: among all events of its run.
        rank: among those of its site, from 0.
        turn: among those of its site in its thread, from 0.
    """

    place: int
    site: Site
    thread: str
    literal: Literal
    rank: int
    turn: int


class _Meeting(NamedTuple):
    """A read and a write of one thread, and what another one did in between."""

    read: _Moment
    between: _Moment
    write: _Moment


def chain(flip: TimingFlip, traces: Pair | None, failure: Failure | None, read_line: ReadLine) -> tuple[ChainLink, ...]:
    """List what was done in which order, a passing run beside a failing one.

    Args:
        flip: what was delayed, and what heals it.
        traces: of a passing and of a failing run, None if there are none.
        failure: how it ended.
        read_line: returns the stripped text of a line of the project.

    Returns:
        for a race the read, the write of another thread in between, and the write; for the others the line that does not wait
        long enough, and the last line of what it should have waited for, or of what came in between; the last link is the line
        that failed. O(events).
    """
    end = crash_link(failure, read_line)
    where = {(link.file, link.line) for link in end}
    links = _race(flip, traces, read_line) if flip.kind == "race" else _wait(flip, traces, where, read_line)
    return (*(link for link in links if (link.file, link.line) not in where), *end)


# a race


def _race(flip: TimingFlip, traces: Pair | None, read_line: ReadLine) -> Iterator[ChainLink]:
    passing, failing = traces if traces is not None else (None, None)
    met = _meeting(flip, _moments(failing)) if failing is not None else None
    if met is None or passing is None:
        return
    known = _moments(passing)
    read, between, write = (_same(one, known) for one in met)
    yield _link(met.read, _seen(read), read_line)
    yield _link(met.between, f"{_seen(between)}{_when(read, between, write)}", read_line, ", in between")
    yield _link(met.write, _seen(write), read_line)


def _when(read: _Moment | None, between: _Moment | None, write: _Moment | None) -> str:
    """When the other thread did it in the passing run."""
    if between is None or read is None:
        return ""
    if between.place < read.place:
        return ", earlier"
    return ", in between" if write is not None and between.place < write.place else ", later"


def _meeting(flip: TimingFlip, moments: Sequence[_Moment]) -> _Meeting | None:
    """Where a thread was between its read and its write while another one wrote; the one that shows most, the earliest of these."""
    found = [_Meeting(read, _most_telling(between, write), write) for read, between, write in _passages(flip, moments) if between]
    return max(found, key=lambda met: _tells(met.between, met.write), default=None)


def _passages(flip: TimingFlip, moments: Sequence[_Moment]) -> Iterator[tuple[_Moment, Sequence[_Moment], _Moment]]:
    """Yield each read, what other threads did until the write that follows in the same thread, and that write."""
    first = flip.sites[0].site
    own: dict[str, list[_Moment]] = {}
    for moment in moments:
        if (moment.site.file, moment.site.function) == (first.file, first.function):
            own.setdefault(moment.thread, []).append(moment)
    reads = [one for one in moments if one.site.key == first.key][:MOST_PASSAGES]
    for read in reads:
        write = _write_after(read, own[read.thread])
        if write is not None:
            others = [one for one in moments[read.place + 1 : write.place] if one.thread != read.thread]
            yield read, others, write


def _write_after(read: _Moment, own: Sequence[_Moment]) -> _Moment | None:
    """The first write of this passage; what comes last in it where nothing is stored (a list is appended to)."""
    later = [one for one in own if one.place > read.place]
    again = next((one.place for one in later if one.site.key == read.site.key), None)
    passage = [one for one in later if again is None or one.place < again]
    return next((one for one in passage if one.site.kind in _WRITES), passage[-1] if passage else None)


def _most_telling(between: Sequence[_Moment], write: _Moment) -> _Moment:
    return max(between, key=lambda one: _tells(one, write))


def _tells(between: _Moment, write: _Moment) -> tuple[bool, bool, bool, bool]:
    """How much what another thread did in between tells of a race: the same write, any write there, in this function, in this file."""
    near, other = write.site, between.site
    here = (other.file, other.function) == (near.file, near.function)
    return other.key == near.key, here and other.kind in _WRITES, here, other.file == near.file


# a wait that is too short, or none


def _wait(flip: TimingFlip, traces: Pair | None, where: set[tuple[str, int]], read_line: ReadLine) -> Iterator[ChainLink]:
    site, words = flip.sites[0].site, _WORDS.get(flip.kind, _WORDS["wait"])
    yield _told(site, read_line, *(text.format(flip.delayed) for text in words.line))
    work = _awaited(flip, traces[:: words.turned], where) if traces is not None else None
    if work is not None and (work.site.file, work.site.line) != (site.file, site.line):
        yield _told(work.site, read_line, *words.work)


def _awaited(flip: TimingFlip, traces: Sequence[Trace], where: set[tuple[str, int]]) -> _Moment | None:
    """The last thing that the delayed thread did in time in the first run, and not in the second one."""
    done, missed = ([one for one in _until(_moments(side), where) if _name(one.thread) == flip.delayed] for side in traces)
    reached = {(one.site.key, one.turn) for one in missed}
    return next((one for one in reversed(done) if (one.site.key, one.turn) not in reached), done[-1] if done else None)


def _until(moments: Sequence[_Moment], where: set[tuple[str, int]]) -> Sequence[_Moment]:
    """What was evaluated before the line that fails, or fails in the other run, was for the first time."""
    end = next((number for number, one in enumerate(moments) if (one.site.file, one.site.line) in where), len(moments))
    return moments[:end]


# both


def _moments(trace: Trace) -> list[_Moment]:
    ranks: dict[str, int] = {}
    turns: dict[tuple[str, str], int] = {}
    found = []
    for place, event in enumerate(trace.events):
        site, thread = trace.sites[event.site].site, trace.threads[event.thread]
        rank = ranks[site.key] = ranks.get(site.key, -1) + 1
        turn = turns[site.key, thread] = turns.get((site.key, thread), -1) + 1
        found.append(_Moment(place, site, thread, event.literal, rank, turn))
    return found


def _same(moment: _Moment, others: Sequence[_Moment]) -> _Moment | None:
    """The same evaluation in another run: of the same thread, or in the same rank where a lock has given the threads other names."""
    there = [one for one in others if one.site.key == moment.site.key]
    if any(one.thread == moment.thread for one in others):
        return next((one for one in there if (one.thread, one.turn) == (moment.thread, moment.turn)), None)
    return next((one for one in there if one.rank == moment.rank), None)


def _seen(moment: _Moment | None) -> str:
    if moment is None:
        return "not reached"
    # Of `x += 1` the trace holds what is added, not what comes out.
    return f"with {show(moment.literal)}" if moment.site.kind == "augment" else show(moment.literal)


def _link(moment: _Moment, passing: str, read_line: ReadLine, when: str = "") -> ChainLink:
    return _told(moment.site, read_line, passing, f"{_seen(moment)} ({_name(moment.thread)}{when})")


def _told(site: Site, read_line: ReadLine, passing: str, failing: str) -> ChainLink:
    return ChainLink(
        file=site.file, line=site.line, function=site.function, source=read_line(site.file, site.line), passing=passing, failing=failing
    )  # fmt: skip


def _name(thread: str) -> str:
    return thread.replace(":", " ")
