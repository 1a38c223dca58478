"""The one comment that tells every finding which has no comment of its own: a section for each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from flakebot.publish.finding import Permalinks, told_briefly, told_elsewhere
from flakebot.publish.marker import SAFE_BODY, Kind, Marker, State, split_at_markers
from flakebot.publish.ours import with_note
from flakebot.publish.plan import Placed


@dataclass(frozen=True, slots=True)
class Section:
    """A finding in the thread.

    Attributes:
        text: Markdown below the marker.
        brief: the same where there is little room.
    """

    marker: Marker
    text: str
    brief: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the findings.

    Attributes:
        head: returns the first lines for a number of findings at lines of the diff and a number of findings below.
        foot: the last lines.
    """

    head: Callable[[int, int], str]
    foot: str


def section(placed: Placed, links: Permalinks, head_sha: str) -> Section:
    """Return the section on a finding."""
    finding = placed.finding
    marker = finding.marker(Kind.SECTION, head_sha)
    return Section(marker, told_elsewhere(finding, placed.reason, links), told_briefly(finding, links))


def read_sections(body: str) -> tuple[Section, ...]:
    """Return the sections of a thread, in order."""
    parts = [(marker, text) for marker, text in split_at_markers(body) if marker.kind is Kind.SECTION]
    return tuple(Section(marker, text, text.partition("\n\n")[0]) for marker, text in parts)


def carry_over(
    old: Iterable[Section], new: Sequence[Section], told: Iterable[str], state: Callable[[Marker], State], head_sha: str
) -> tuple[Section, ...]:
    """Return the new sections, and of the old ones those that are still of use.

    Args:
        old: as the thread has them.
        new: of this run.
        told: causes that are told elsewhere now.
        state: what is known of a cause that this run did not find; what is gone is left out.
        head_sha: of this run.
    """
    known = {one.marker.cause for one in new} | set(told)
    kept = list(new)
    for one in old:
        if one.marker.cause in known:
            continue
        known.add(one.marker.cause)
        now = state(one.marker)
        if now in (State.OPEN, one.marker.state):
            kept.append(one)
        elif now is State.UNSEEN:
            kept.append(Section(replace(one.marker, state=now), with_note(one.text, now, head_sha), one.brief))
    return tuple(kept)


def write_thread(sections: Sequence[Section], frame: Frame, *, at_lines: int, head_sha: str) -> str:
    """Return the body of the thread: in full as long as there is room, then by their brief texts, then counted."""
    parts = [f"{Marker(kind=Kind.THREAD, head=head_sha)}\n{frame.head(at_lines, len(sections))}"]
    end = f"{Marker(kind=Kind.END)}\n{frame.foot}"
    room = SAFE_BODY - len(parts[0]) - len(end)
    for position, one in enumerate(sections):
        text = _fitting(one, room)
        if len(text) + 100 > room:
            parts.append(f"And {len(sections) - position} more; see the job summary.")
            break
        parts.append(text)
        room -= len(text) + 2
    return "\n\n".join([*parts, end])


def _fitting(one: Section, room: int) -> str:
    whole, short = f"{one.marker}\n{one.text}", f"{one.marker}\n{one.brief}"
    # Half the room for whole texts: the summaries of all others matter more than the details of one.
    return whole if len(whole) < room - SAFE_BODY // 2 else short
