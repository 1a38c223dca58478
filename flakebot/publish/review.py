"""Bring findings to a pull request, once each: edit what is there, post what is new, close what is over."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from flakebot.errors import Forbidden, ForgeError, NotFound, OutOfTime, Unprocessable
from flakebot.publish.finding import Finding, Permalinks, Reason, told_elsewhere
from flakebot.publish.forge import ChangedFile, CommentKind, Forge, Posted
from flakebot.publish.marker import Kind, Marker, State
from flakebot.publish.ours import Ours, doubles, of_kind, stands_at, state_now, with_note
from flakebot.publish.plan import MAX_INLINE, Ladder, Placed, Plan, Rung, plan_posts
from flakebot.publish.posting import Posting, Target, Told
from flakebot.publish.thread import Frame, Section, carry_over, read_sections, section, write_thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to stand on a pull request when all is done.

    Attributes:
        number: of the pull request.
        head_sha: its head, in which the findings were located.
        findings: the most important first, each cause once; may be empty, to close what is over.
        changed: all changed files of the pull request.
        max_comments: how many comments on findings the diff may have.
        links: to lines of the head.
        frame: what stands around the findings.
    """

    number: int
    head_sha: str
    findings: tuple[Finding, ...]
    changed: tuple[ChangedFile, ...]
    max_comments: int
    links: Permalinks
    frame: Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOutcome:
    """What came of it.

    Attributes:
        told: the findings that stand on the pull request.
        untold: all others; they are in the job summary and in the artifact.
        url: of the comment or review that tells most, "" if there is none.
        reasons: one sentence per refusal, for people.
        forbidden: whether it ended because the token may not do this.
    """

    told: tuple[Told, ...]
    untold: tuple[Finding, ...]
    url: str
    reasons: tuple[str, ...] = ()
    forbidden: bool = False


def publish(forge: Forge, request: Request) -> PublishOutcome:
    """Bring the findings to the pull request; never raises for what a forge answers.

    Args:
        forge: the repository of the pull request.
        request: what is to stand there.
    """
    story = _Story(forge, request)
    try:
        story.tell()
    except (ForgeError, OutOfTime) as error:
        story.reasons.append(str(error))
        story.forbidden = isinstance(error, Forbidden)
    return story.outcome()


class _Story:
    """One publication; wherever it ends, what was done by then is known."""

    def __init__(self, forge: Forge, request: Request) -> None:
        self._forge, self._request = forge, request
        self._ladder = Ladder(request.changed)
        self._order = {one.cause: number for number, one in enumerate(request.findings)}
        self._texts: dict[str, str | None] = {}
        self._told: list[Told] = []
        self._below: list[Placed] = []
        self._thread_url = ""
        self.reasons: list[str] = []
        self.forbidden = False

    def tell(self) -> None:
        request = self._request
        target = Target(self._forge, request.number, request.head_sha, self._forge.login())
        ours = target.ours()
        fresh = self._edit(ours)
        room = max(0, min(request.max_comments, MAX_INLINE) - len(self._told))
        posted = self._post(target, plan_posts(fresh, self._ladder, room=room), ours)
        if posted:
            ours = target.ours()
            self._remove_doubles(ours)
        if self._write_thread(target, ours):
            # Another job of the same matrix may have written it at the same moment: the second look puts both together.
            self._write_thread(target, target.ours())
        self._close(ours)

    def outcome(self) -> PublishOutcome:
        below = self._below if self._thread_url else []
        every = [*self._told, *(Told(one.finding, Rung.BELOW, self._thread_url, one.reason) for one in below)]
        told = {one.finding.cause: one for one in every}
        findings = self._request.findings
        in_order = tuple(told[one.cause] for one in findings if one.cause in told)
        untold = tuple(one for one in findings if one.cause not in told)
        url = next((one.url for one in in_order), "")
        return PublishOutcome(told=in_order, untold=untold, url=url, reasons=tuple(self.reasons), forbidden=self.forbidden)

    def _edit(self, ours: Sequence[Ours]) -> list[Finding]:
        """Bring the comments that are there up to date; returns the findings that need a new one."""
        there = {one.marker.cause: one for one in reversed(of_kind(ours, Kind.FINDING))}
        fresh = []
        for finding in self._request.findings:
            told = self._edited(finding, there[finding.cause]) if finding.cause in there else None
            if told is None:
                fresh.append(finding)
            else:
                self._told.append(told)
        return fresh

    def _edited(self, finding: Finding, old: Ours) -> Told | None:
        """None if it is not there any more, so that a new one takes its place at the line."""
        placed = self._ladder.place(finding)
        at_line, here = placed.spot.rung is Rung.LINE, stands_at(old.comment, placed)
        if at_line and not here and not old.answered and self._deleted(old, missing=False):
            return None
        marker = str(finding.marker(Kind.FINDING, self._request.head_sha))
        reason = None if at_line and here else placed.spot.reason or Reason.MOVED
        text = f"{marker}\n{told_elsewhere(finding, reason, self._request.links)}" if reason else placed.comment(marker).body
        try:
            self._write(old, text)
        except NotFound:
            return None
        return Told(finding, Rung.FILE if reason else Rung.LINE, old.comment.url, reason)

    def _post(self, target: Target, plan: Plan, ours: Sequence[Ours]) -> bool:
        """Post what is new in the diff; returns whether anything was posted."""
        frame = self._request.frame
        posting = Posting(target, self._ladder, self._request.links, frozenset(one.comment.id for one in ours))
        self._below += plan.below
        further = f"{Marker(kind=Kind.NOTE)}\n{frame.head(len(plan.lines), 0)}\n\n{frame.foot}"
        first = further
        if plan.below and not of_kind(ours, Kind.THREAD):
            at_lines = len(self._told) + len(plan.lines) + len(plan.files)
            first = self._thread(self._sections(()), at_lines)
        try:
            refused = posting.post_lines(plan.lines, lambda: further if posting.told else first)
            if first is not further and posting.told:
                self._thread_url = posting.told[0].url
            files = [*plan.files, *(one for one in refused if one.spot.rung is Rung.FILE)]
            self._below += posting.post_files(files)
        finally:
            self._told += posting.told
            self.reasons += posting.refusals
        return bool(posting.told)

    def _write_thread(self, target: Target, ours: Sequence[Ours]) -> bool:
        """Bring the thread up to date, and put several into one; returns whether anything was written."""
        threads = of_kind(ours, Kind.THREAD)
        sections = self._sections(threads)
        told = {one.marker.cause for one in of_kind(ours, Kind.FINDING) if self._now(one.marker) is State.OPEN}
        body = self._thread(sections, len(told))
        if not threads:
            return bool(sections) and self._create_thread(target, body)
        refusals = len(self.reasons)
        try:
            written = self._write(threads[0], body)
        except NotFound as error:
            if threads[0].comment.id not in {one.comment.id for one in target.ours()}:
                return bool(sections) and self._create_thread(target, body)
            self.reasons.append(str(error))  # it is there: the token may not change it, and GitHub does not say so
            return False
        self._thread_url = "" if len(self.reasons) > refusals else threads[0].comment.url
        for extra in threads[1:]:
            self._retire(extra, threads[0].comment.url)
        return written or len(threads) > 1

    def _create_thread(self, target: Target, body: str) -> bool:
        posting = Posting(target, self._ladder, self._request.links, frozenset())
        posted = posting.create(lambda: self._forge.create_issue_comment(self._request.number, body), _thread_in)
        self._thread_url = posted.url
        return True

    def _sections(self, threads: Sequence[Ours]) -> tuple[Section, ...]:
        links, head_sha = self._request.links, self._request.head_sha
        new = [section(one, links, head_sha) for one in sorted(self._below, key=lambda one: self._order[one.finding.cause])]
        old = [one for thread in threads for one in read_sections(thread.comment.body)]
        return carry_over(old, new, [one.finding.cause for one in self._told], self._state, head_sha)

    def _thread(self, sections: Sequence[Section], at_lines: int) -> str:
        return write_thread(sections, self._request.frame, at_lines=at_lines, head_sha=self._request.head_sha)

    def _close(self, ours: Sequence[Ours]) -> None:
        """Mark or remove the comments on causes that this run did not find."""
        for one in of_kind(ours, Kind.FINDING):
            state = self._now(one.marker)
            if state is State.GONE and not one.answered:
                self._retire(one, "")
            elif state not in (State.OPEN, one.marker.state):
                marker = replace(one.marker, state=state)
                with suppress(NotFound):
                    self._write(one, f"{marker}\n{with_note(one.comment.body, state, self._request.head_sha)}")

    def _remove_doubles(self, ours: Sequence[Ours]) -> None:
        """Another job may have told the same causes at the same moment; the oldest comments stay."""
        extra = doubles(ours)
        for one in extra:
            self._retire(one, "")
        gone = {one.marker.cause for one in extra}
        kept = {one.marker.cause: one.comment.url for one in reversed(of_kind(ours, Kind.FINDING))}
        emptied = {one.url: kept[one.finding.cause] for one in self._told if one.finding.cause in gone}
        filled = {one.url for one in self._told if one.finding.cause not in gone}
        for one in of_kind(ours, Kind.NOTE):
            if one.comment.url in emptied and one.comment.url not in filled:
                self._retire(one, emptied[one.comment.url])
        self._told = [replace(one, url=kept[one.finding.cause]) if one.finding.cause in gone else one for one in self._told]

    def _retire(self, one: Ours, instead: str) -> None:
        """Delete a comment; the body of a review stays, and leads to what is told instead."""
        if one.comment.kind is CommentKind.REVIEW:
            self._write(one, f"{Marker(kind=Kind.NOTE)}\nThese findings are told in [another comment]({instead}).")
        else:
            self._deleted(one)

    def _deleted(self, one: Ours, *, missing: bool = True) -> bool:
        """Whether it is gone; `missing` is what GitHub's 404 counts as: gone already, or not permitted, it does not say."""
        try:
            self._forge.delete_comment(self._request.number, one.comment)
        except NotFound:
            return missing
        except Unprocessable as error:
            self.reasons.append(str(error))
            return False
        return True

    def _write(self, old: Ours, body: str) -> bool:
        """Whether it had to be written, and was; what cannot be edited still tells what it told."""
        if _same_text(old.comment.body, body):
            return False
        try:
            self._forge.edit_comment(self._request.number, old.comment, body)
        except Unprocessable as error:
            self.reasons.append(str(error))
            return False
        return True

    def _now(self, marker: Marker) -> State:
        return State.OPEN if marker.cause in self._order else self._state(marker)

    def _state(self, marker: Marker) -> State:
        return state_now(marker, self._request.head_sha, self._text_at_head)

    def _text_at_head(self, path: str) -> str | None:
        if path not in self._texts:
            removed = any(file.path == path and file.status == "removed" for file in self._request.changed)
            self._texts[path] = "" if removed else self._read(path)
        return self._texts[path]

    def _read(self, path: str) -> str | None:
        try:
            return self._forge.file_at(path, self._request.head_sha)
        except ForgeError:
            return None  # a token that may not read contents gets the same answer as for a file that is not there


def _thread_in(new: Sequence[Ours]) -> Posted | None:
    return next((Posted(one.comment.id, one.comment.url) for one in of_kind(new, Kind.THREAD)), None)


def _same_text(one: str, other: str) -> bool:
    """Forges change line ends and outer white space."""
    return one.split() == other.split()
