"""Which rounds of a loop were the additional ones.

By execution index the third round pairs with the third, so that additional rounds are left over at the end of their loop. Where that
makes every later round differ in its values, and the rounds that are left over are not the ones that are new, they are looked
for by value: from the end of the loop backwards, as long as rounds agree better with those that are the surplus later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from marshal import dumps

from flakemark.align.landmarks import Place
from flakemark.align.sides import Side
from flakemark.align.stretch import Stretch
from flakemark.align.structure import Sites
from flakemark.events import Literal

SETTLED = 4  # pairs at the end of a loop whose values agree: nothing has shifted there
DOUBT = 32  # pairs by which the rounds may agree less than at best before the search ends
PROOF = 3  # pairs that have to agree with a part of the surplus
TRIES = 16  # parts that are tried
_PLAIN = 2  # the version that knows no references: equal literals give equal bytes
BUDGET = 4  # times the events of both sides


class Rounds:
    """Moves additional rounds to where they belong.

    Args:
        sites: of both runs.
        left, right: the sides.
    """

    def __init__(self, sites: Sites, left: Side, right: Side) -> None:
        self.sites, self.left, self.right = sites, left, right
        self.unspent = BUDGET * (len(left) + len(right))
        self._tokens: tuple[list[int], list[int]] | None = None

    def place(self, done: list[Stretch]) -> None:
        """Look at the block that ends a list of stretches; the end of the list is replaced where it, or a part of it, belongs earlier."""
        last = done[-1]
        if self.unspent > 0 and self.is_in_doubt(last, only=len(done) == 1):
            _Move(self, done, swapped=bool(last.lost)).run()

    def is_in_doubt(self, last: Stretch, *, only: bool) -> bool:
        """Whether a block may belong elsewhere; `only` if nothing is before it."""
        return bool(last.lost) != bool(last.gained) and not self._is_settled(last, only=only)

    def begins(self, marks: Sequence[Place], doubtful: Sequence[Stretch]) -> Iterator[Place]:
        """Go back from each landmark to where its round begins, over what is equal.

        Args:
            marks: where both sides are certainly at the same moment.
            doubtful: stretches that end with rounds that are left over: so begin the others.
        """
        (left, right), keys = self.tokens, self.left.keys
        headers = {self._begins_block(stretch) for stretch in doubtful}
        for mark in marks:
            i, j = mark
            while i and j and keys[i] not in headers and left[i - 1] == right[j - 1]:
                i, j = i - 1, j - 1
            yield i, j

    def _begins_block(self, stretch: Stretch) -> int:
        side, place = (self.left, stretch.left) if stretch.lost else (self.right, stretch.right)
        return side.keys[place + stretch.paired]

    @property
    def tokens(self) -> tuple[list[int], list[int]]:
        """Number equal events of both sides alike, when it is first needed."""
        if self._tokens is None:
            known: dict[tuple[int, Literal], int] = {}
            self._tokens = _numbered(self.left, known), _numbered(self.right, known)
        return self._tokens

    def _is_settled(self, last: Stretch, *, only: bool) -> bool:
        i, j, size = last.left + last.paired, last.right + last.paired, min(SETTLED, last.paired)
        return (only or size == SETTLED) and self.left.literals[i - size : i] == self.right.literals[j - size : j]


class _Move:
    """One block that is moved; it is on the long side, whichever that is."""

    def __init__(self, rounds: Rounds, done: list[Stretch], *, swapped: bool) -> None:
        left, right = (rounds.left, rounds.tokens[0]), (rounds.right, rounds.tokens[1])
        (self.short, self.short_tokens), (self.long, self.long_tokens) = (right, left) if swapped else (left, right)
        self.rounds, self.done, self.swapped = rounds, done, swapped
        self.later: list[Stretch] = []

    def run(self) -> None:
        """Move the whole surplus back, then what is a part of it, then a part of that."""
        block = self._turned(self.done[-1])
        header = self.long.keys[block.right + block.paired]
        surplus = 0 if self.rounds.sites.recursive[header] else block.gained  # a depth is no round
        while surplus and self.rounds.unspent > 0:
            back = self._furthest(surplus, header)
            if back:
                self._cut(surplus, back)
            elif surplus < self._turned(self.done[-1]).gained:
                break
            surplus = self._part()
        self.done.extend(self._turned(stretch) for stretch in reversed(self.later))

    def _turned(self, stretch: Stretch) -> Stretch:
        return stretch.swapped() if self.swapped else stretch

    def _furthest(self, surplus: int, header: int) -> int:
        """Return for how many pairs it is best to take their partners from after the surplus; whole rounds only."""
        block = self._turned(self.done[-1])
        i, j = block.left + block.paired + block.lost, block.right + block.paired + surplus
        gain = best = found = 0
        for back, (worth, partner) in enumerate(self._worth(), 1):
            i, j = i - 1, j - 1
            key = self.short.keys[i]
            if j <= partner or key != self.long.keys[j]:
                break
            gain += worth - (self.short_tokens[i] != self.long_tokens[j])
            self.rounds.unspent -= 1
            if gain > best and key == header:
                best, found = gain, back
            elif gain < best - DOUBT or self.rounds.unspent <= 0:
                break
        return found

    def _worth(self) -> Iterator[tuple[int, int]]:
        """Yield backwards, for each event of the short side, what another partner would be worth, and which one it must come after."""
        between = 0
        for stretch in reversed(self.done):
            i, j, paired, lost, gained = self._turned(stretch)
            between = gained if stretch is not self.done[-1] else 0
            for _ in range(lost):
                yield 1 + between, j + paired - 1
                between = 0
            for step in range(paired - 1, -1, -1):
                yield (self.short_tokens[i + step] != self.long_tokens[j + step]) + between, j + step
                between = 0

    def _cut(self, surplus: int, back: int) -> None:
        """End the stretches where the pairs get other partners."""
        block = self._turned(self.done[-1])
        i, j = block.left + block.paired + block.lost, block.right + block.paired + surplus
        if surplus < block.gained:
            self.later.append(Stretch(i, j, 0, 0, block.gained - surplus))
        self.later.append(Stretch(i - back, j - back, back))
        cut = self._turned(self.done.pop())
        while cut.left > i - back:
            cut = self._turned(self.done.pop())
        paired = min(cut.paired, i - back - cut.left)
        rest = i - back - cut.left - paired, j - back - cut.right - paired
        self.done.append(self._turned(Stretch(cut.left, cut.right, paired, *rest)))

    def _part(self) -> int:
        """Return the part of the surplus that the pairs before it agree with; 0 if there is none, or if they are well paired."""
        block = self._turned(self.done[-1])
        i, j = block.left + block.paired + block.lost, block.right + block.paired
        proof = self.short_tokens[i - PROOF : i] if i >= PROOF else []
        if not proof or (not block.lost and proof == self.long_tokens[max(0, j - PROOF) : j]):
            return 0
        tokens, place = self.long_tokens, j
        for _ in range(TRIES):
            try:
                place = tokens.index(proof[-1], place, j + block.gained - 1) + 1
            except ValueError:
                return 0
            if tokens[place - PROOF : place] == proof:
                return place - j
        return 0


def _numbered(side: Side, known: dict[tuple[int, Literal], int]) -> list[int]:
    return [
        known.setdefault((key, dumps(literal, _PLAIN) if type(literal) is list else literal), len(known))
        for key, literal in zip(side.keys, side.literals, strict=True)
    ]
