"""Whether a failure is *the* failure: another exception at another line is a cause of its own.

Source: the rule to require the same failure is FlakeRepro's (Leesatapornwongsa et al., FSE 2022).
"""

from __future__ import annotations

from flakemark.model import FailedTest
from flakemark.runs import Failure, speaks_of_garbage


def reported(test: FailedTest, failure: Failure) -> bool:
    """Whether a failing run shows what the JUnit report shows; True where the report says too little."""
    if speaks_of_garbage(test.message) and failure.is_of_garbage:
        return True  # how much is found at once, and in which phase, is chance
    if test.phase in ("setup", "teardown") and failure.phase != test.phase:
        return False
    if test.crash:
        return failure.crash == test.crash
    return not test.message or failure.exception in test.message or _shared_start(test.message, failure.message)


def _shared_start(reported_message: str, message: str) -> bool:
    return reported_message.strip()[:20] == message.strip()[:20]
