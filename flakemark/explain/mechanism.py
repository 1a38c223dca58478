"""Which line a maintainer would change, where the input that flips the outcome only decides how long something takes."""

from __future__ import annotations

from dataclasses import replace

from flakemark.explain.chain import ReadLine
from flakemark.explain.confidence import LIMIT
from flakemark.model import Category, Cause, DivergenceType
from flakemark.runs import Failure

_TIMEOUTS = frozenset({"TimeoutError", "CancelledError", "TimeoutExpired", "Empty", "timeout", "ReadTimeout", "ConnectTimeout"})
_SPEED_ONLY = frozenset({Category.RANDOMNESS, Category.TIME})


def limit_instead(cause: Cause, failure: Failure | None, read_line: ReadLine) -> Cause | None:
    """Name the limit that was too tight, where a draw or a clock makes a time limit run out.

    A draw that only decides how long the work takes is simulated latency: every value of it is right, and the
    limit does not leave room for all of them.

    Returns:
        the line at which the time ran out, with the draw in the detail; None where no time limit is involved.
    """
    if failure is None or failure.exception not in _TIMEOUTS or cause.category not in _SPEED_ONLY:
        return None
    file, _, line = (failure.where or failure.crash).rpartition(":")
    if not line.isdigit():
        return None
    return replace(
        cause,
        file=file,
        line=int(line),
        end_line=int(line),
        function="",
        source=read_line(file, int(line)),
        divergence_type=DivergenceType.TIMING_DELTA,
        category=Category.TIMEOUT,
        confidence=min(cause.confidence, LIMIT.rate),
        title=f"the time limit that runs out here ({failure.exception}) does not leave room for how long the work can take",
        detail=f"how long it takes is decided in {cause.file}:{cause.line} (`{cause.source}`): {cause.detail}",
    )


LIMIT_ADVICE = (
    "Give the operation a generous limit in the test (it costs nothing when all goes well), "
    "or make the work of the test small and of fixed size."
)
