"""Which line a maintainer would change, where the input that flips the outcome only decides how long something takes."""

from __future__ import annotations

from dataclasses import replace

from flakemark.explain.chain import ReadLine
from flakemark.explain.confidence import LIMIT
from flakemark.model import Category, Cause, DivergenceType
from flakemark.runs import Failure

_DISCONNECTED = frozenset({
    "RemoteDisconnected", "ConnectionResetError", "ConnectionAbortedError", "ConnectionError", "BrokenPipeError", "IncompleteReadError",
    "EOFError", "RemoteProtocolError", "ServerDisconnectedError", "ReadError", "ProtocolError", "ConnectionClosed", "ConnectionClosedError",
})  # fmt: skip
_SPEED_ONLY = frozenset({Category.RANDOMNESS, Category.TIME})


def limit_instead(cause: Cause, failure: Failure | None, read_line: ReadLine, *, latency: bool = False) -> Cause | None:
    """Name the limit that was too tight, where a draw or a clock makes a time limit run out, or a connection close meanwhile.

    A draw that only decides how long the work takes is simulated latency: every value of it is right, and the
    limit does not leave room for all of them.

    Args:
        cause: the draw or the clock.
        failure: how the test fails.
        read_line: returns the stripped text of a line of the project.
        latency: whether what is drawn is only waited for.

    Returns:
        the line at which the time ran out, with the draw in the detail; None where no time limit is involved.
    """
    if failure is None or cause.category not in _SPEED_ONLY:
        return None
    closed = latency and failure.exception in _DISCONNECTED
    if not failure.ran_out_of_time and not closed:
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
        category=Category.NETWORK if closed else Category.TIMEOUT,
        confidence=min(cause.confidence, LIMIT.rate),
        title=_CLOSED.format(failure.exception) if closed else _RUN_OUT.format(failure.exception),
        detail=f"how long it takes is decided in {cause.file}:{cause.line} (`{cause.source}`): {cause.detail}",
    )


_RUN_OUT = "the time limit that runs out here ({}) does not leave room for how long the work can take"
_CLOSED = "the other side may have closed the connection that is used here ({}), if what comes before takes long"
CLOSED_ADVICE = (
    "Connect anew and try again when the connection turns out to be closed, or use a connection for each request; "
    "let the server of the test keep idle connections for longer than the test takes."
)
LIMIT_ADVICE = (
    "Give the operation a generous limit in the test (it costs nothing when all goes well), "
    "or make the work of the test small and of fixed size."
)
