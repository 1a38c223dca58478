"""Progress for people: which test, which step, how much of the budget."""

from __future__ import annotations

from typing import TextIO

from flakemark.model import Diagnosis, FailedTest, Verdict
from flakemark.runs import Spent

WIDTH = 110


class TerminalProgress:
    """Writes to a stream: one line that is overwritten on a terminal, one line per step elsewhere.

    Args:
        stream: usually stderr.
        budget: seconds per test.
    """

    def __init__(self, stream: TextIO, budget: float) -> None:
        self.stream, self.budget = stream, budget
        self.live = stream.isatty()
        self._step = ""

    def test(self, number: int, total: int, test: FailedTest) -> None:
        """Name the test."""
        self._step = ""
        self._line(f"[{number}/{total}] {_printable(test.nodeid)}")

    def step(self, what: str, spent: Spent, seconds: float) -> None:
        """Show a step; between steps only a terminal is refreshed."""
        text = f"      {seconds:5.1f} s of {self.budget:.0f} s, {spent.runs:4} runs ({spent.failed} failed)  {_printable(what)}"
        if self.live:
            self.stream.write("\r\x1b[K" + text[:WIDTH])
        elif what != self._step:
            self.stream.write(text + "\n")
        self._step = what
        self.stream.flush()

    def done(self, diagnosis: Diagnosis) -> None:
        """Say how the test ended."""
        if self.live:
            self.stream.write("\r\x1b[K")
        cause = diagnosis.cause
        place = f" {_printable(cause.file)}:{cause.line}" if cause is not None else ""
        if diagnosis.verdict is Verdict.ERROR and diagnosis.notes:
            place = f": {_printable(diagnosis.notes[0])}"
        self._line(f"      {diagnosis.verdict.value}{place} ({diagnosis.cost.runs} runs, {diagnosis.cost.seconds:.1f} s)")

    def _line(self, text: str) -> None:
        self.stream.write(text + "\n")
        self.stream.flush()


class Silence:
    """No progress at all."""

    def test(self, number: int, total: int, test: FailedTest) -> None:
        """Say nothing."""

    def step(self, what: str, spent: Spent, seconds: float) -> None:
        """Say nothing."""

    def done(self, diagnosis: Diagnosis) -> None:
        """Say nothing."""


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
