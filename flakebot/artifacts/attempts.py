"""Which answers of the artifact service are worth another attempt, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import requests

from flakebot.artifacts.protocol import Clock
from flakebot.errors import ArtifactError

T = TypeVar("T")
MAX_ATTEMPTS = 5
BASE_SECONDS = 3.0
MULTIPLIER = 1.5
TRANSIENT = frozenset({429, 500, 502, 503, 504})
TIMEOUT = (10.0, 60.0)  # seconds to connect and to wait for each piece of the answer


class TryAgain(Exception):
    """Says why an answer is worth another attempt."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Repeats a request with growing pauses.

    Attributes:
        clock: waits.
        jitter: a number from 0 to 1 that spreads the jobs of a matrix.
    """

    clock: Clock
    jitter: Callable[[], float]

    def run(self, what: str, attempt: Callable[[], T]) -> T:
        """Make up to five attempts.

        Args:
            what: the request in words, for messages.
            attempt: raises TryAgain, or a connection error of requests, if another attempt makes sense.

        Raises:
            ArtifactError: if the last one fails too.
        """
        for number in range(1, MAX_ATTEMPTS + 1):
            try:
                return attempt()
            except (TryAgain, requests.ConnectionError, requests.Timeout) as error:
                reason = str(error) if isinstance(error, TryAgain) else f"no answer ({type(error).__name__})"
            if number < MAX_ATTEMPTS:
                self.clock.pause(self._seconds(number), f"{what}: {reason}; attempt {number + 1} of {MAX_ATTEMPTS} follows")
        raise ArtifactError(f"{what}: {reason}, {MAX_ATTEMPTS} times")

    def _seconds(self, number: int) -> float:
        """Between a bound and the next one, as the service's own client waits: 3 to 4.5 s, 4.5 to 6.75 s and so on."""
        least = BASE_SECONDS * MULTIPLIER ** (number - 1)
        return least + self.jitter() * (least * MULTIPLIER - least)
