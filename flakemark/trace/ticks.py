"""Our own clock and our own classes of dates, in a place where nobody replaces them.

freezegun looks through the namespaces of all loaded modules and replaces every clock and every such class that it finds
there, under whatever name. It does not look into classes, and not at the default values of arguments.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from time import perf_counter_ns

__tracebackhide__ = True  # pytest shows no frame of this module


class Own:
    """Our references. time-machine, which changes the functions themselves, leaves `perf_counter_ns` alone."""

    now = staticmethod(perf_counter_ns)
    date = date
    datetime = datetime
    timedelta = timedelta
