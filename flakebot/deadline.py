"""How long something may still take; waiting within that time, never silently."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import NoReturn, Protocol

from flakebot.errors import OutOfTime


class Clock(Protocol):
    """Time, and a way to let it pass."""

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        ...

    def alarm(self, seconds: float, error: Exception) -> AbstractContextManager[None]:
        """Raise an error in what is inside of the context, wherever it is, when so many seconds have passed."""
        ...


class RealTime:
    """The clock of the machine."""

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""
        time.sleep(seconds)

    @contextmanager
    def alarm(self, seconds: float, error: Exception) -> Iterator[None]:
        """Raise an error in what is inside of the context, wherever it is, when so many seconds have passed.

        Only in the main thread, and only where the system has such a timer; elsewhere nothing happens.
        """
        if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
            yield
            return

        def ring(number: int, frame: FrameType | None) -> NoReturn:
            raise error

        before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


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

    def guard(self, grace: float) -> AbstractContextManager[None]:
        """Raise OutOfTime in what is inside of the context if it is still under way some seconds after the deadline.

        Args:
            grace: seconds; below 0 for a moment before the deadline.
        """
        seconds = max(0.0, self.left() + grace)
        return self._clock.alarm(seconds, OutOfTime(f"what was under way was given up: publishing may take {self._seconds:.0f} s"))

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
