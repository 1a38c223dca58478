"""Histories of a pull request: runs, pushes, answers, lost answers, in any order; in memory and over HTTP the same comes out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from flakebot.publish import Finding, PublishOutcome
from flakebot.publish.forge import CommentKind
from flakebot.publish.marker import Kind, State
from flakebot.publish.ours import doubles, find_ours, of_kind
from flakebot.publish.thread import read_sections
from tests.contract.test_publish import FILE, NEW, SAME, found, tell
from tests.contract.world import CHANGED, HEAD, HEAD_SHA, NUMBER, PROJECT, World, in_memory, over_http

FINDINGS = (found(10), found(11), found(12, 13), found(30), found(1, path=NEW), found(1, path=SAME), found(7, path="elsewhere.py"))
TEXTS = (CHANGED, "new\n" + CHANGED, CHANGED.replace("line ten\n", ""), CHANGED.replace("line 28\n", "line X\n"))


@dataclass(frozen=True)
class Run:
    """A run that finds some of the causes."""

    which: frozenset[int]
    room: int


@dataclass(frozen=True)
class Push:
    """A push of one of the texts."""

    text: int


@dataclass(frozen=True)
class Answer:
    """Somebody answers one of our comments."""

    which: int


@dataclass(frozen=True)
class Lost:
    """The answer to the next thing that is created is lost."""

    stored: bool


STEPS = st.lists(
    st.one_of(
        st.builds(Run, which=st.frozensets(st.integers(0, len(FINDINGS) - 1), max_size=5), room=st.integers(0, 4)),
        st.builds(Push, text=st.integers(0, len(TEXTS) - 1)),
        st.builds(Answer, which=st.integers(0, 3)),
        st.builds(Lost, stored=st.booleans()),
    ),
    max_size=8,
)


class History:
    """Plays steps on a forge and looks at what stands there after each run."""

    def __init__(self, world: World) -> None:
        self.world, self.sha, self.text = world, HEAD_SHA, CHANGED
        self.lost = 0
        self.seen: list[list[tuple[object, ...]]] = []

    def play(self, step: object) -> None:
        match step:
            case Run():
                self.run([self.moved(FINDINGS[number]) for number in sorted(step.which)], step.room)
            case Push():
                self.text, self.sha = TEXTS[step.text], f"{int(self.sha, 16) + 1:040x}"
                self.world.push({**HEAD, FILE: self.text}, self.sha)
            case Answer():
                inline = [one for one in self.world.forge.comments(NUMBER) if one.kind is CommentKind.INLINE and one.author != "octocat"]
                if step.which < len(inline):
                    self.world.reply_as_somebody(inline[step.which])
            case Lost() if self.lost == 0:
                self.world.lose_answers(step.stored)
                self.lost = 1

    def moved(self, one: Finding) -> Finding:
        """Where a cause stands in the head as it is now, as `locate` would say."""
        if one.path != FILE or one.source not in self.text.splitlines():
            return one
        line = self.text.splitlines().index(one.source) + 1
        values = {name: getattr(one, name) for name in ("cause", "body", "elsewhere", "summary", "source")}
        return Finding(path=FILE, line=line, end_line=line + one.end_line - one.line, in_head=True, **values)

    def run(self, findings: list[Finding], room: int) -> None:
        done = tell(self.world, *findings, head_sha=self.sha, max_comments=room)
        self.lost = 0 if done.told else self.lost
        every = self.world.forge.comments(NUMBER)
        self.seen.append([(one.kind, one.path, one.line, one.start_line, one.author, one.body) for one in every])
        self.check(done, findings)

    def check(self, done: PublishOutcome, findings: list[Finding]) -> None:
        every = self.world.forge.comments(NUMBER)
        ours = find_ours(every, "github-actions[bot]")
        assert doubles(ours) == ()
        threads = [one for one in every if read_sections(one.body)]
        assert len(threads) <= 1
        sections = [part.marker for one in threads for part in read_sections(one.body)]
        comments = [one.marker for one in of_kind(ours, Kind.FINDING)]
        told = Counter(marker.cause for marker in (*comments, *sections))
        assert {one.cause for one in findings} <= set(told)
        assert all(count == 1 for count in told.values())
        current = {marker.cause: marker for marker in (*comments, *sections)}
        assert all(current[one.cause].state is State.OPEN and current[one.cause].head == self.sha for one in findings)
        assert [one.finding.cause for one in done.told] == [one.cause for one in findings]
        assert done.untold == ()


@settings(max_examples=30)
@given(STEPS)
def test_every_history_ends_with_each_cause_told_once_and_both_forges_agree(steps: list[object]) -> None:
    with in_memory(PROJECT) as memory, over_http(PROJECT) as http:
        histories = History(memory), History(http)
        for step in steps:
            for history in histories:
                history.play(step)
        strip = [[[(*one[:-1], str(one[-1]).split("](")[0]) for one in run] for run in history.seen] for history in histories]
        assert strip[0] == strip[1]
