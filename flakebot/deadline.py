"""How long something may still take; waiting within that time, never silently."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from flakebot.errors import OutOfTime


class Clock(Protocol):
    """Time, and a way to let it pass."""

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        ...


class RealTime:
    """The clock of the machine."""

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        time.sleep(seconds)


class Deadline:
    """A number of seconds from its first use on.

    Args:
        clock: the time.
        say: prints a line for people before every wait.
        seconds: that everything together may take.
        parent: another one that it lies within; it then begins with that one.
    """

    def __init__(self, clock: Clock, say: Callable[[str], None], seconds: float, parent: Deadline | None = None) -> None:
        self._clock, self._say, self._seconds, self._parent = clock, say, seconds, parent
        self._begun: float | None = None

    def begin(self) -> float:
        """Start it if it is not running; returns the moment at which it began."""
        if self._begun is None:
            self._begun = self._parent.begin() if self._parent is not None else self._clock.monotonic()
        return self._begun

    def left(self) -> float:
        """Return the seconds that are left, never below 0."""
        begun = self.begin()
        return max(0.0, begun + self._seconds - self._clock.monotonic())

    def now(self) -> float:
        """Return the time that it is measured by, in seconds."""
        return self._clock.monotonic()

    def check(self, what: str) -> None:
        """Raise OutOfTime if nothing is left.

        Args:
            what: is about to be done, for the message.
        """
        if self.left() <= 0:
            raise OutOfTime(f"{what}: publishing has taken its {self._seconds:.0f} s, and nothing more is tried")

    def pause(self, seconds: float, reason: str) -> None:
        """Wait, after saying why.

        Raises:
            OutOfTime: at once, if it would last longer than what is left.
        """
        if seconds > self.left():
            raise OutOfTime(
                f"{reason}; a wait of {seconds:.0f} s would be longer than the {self.left():.0f} s that publishing may still take"
            )
        self._say(f"waiting {seconds:.0f} s: {reason}")
        self._clock.sleep(seconds)
