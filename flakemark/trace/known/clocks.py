"""Clocks, and what stands in for them while a test has frozen the time.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from types import ModuleType

from flakemark.trace.known.source import CLOCK, FROZEN, Source, rows

__tracebackhide__ = True  # pytest shows no frame of this module

TIMESTAMPS = ("pandas.Timestamp", "pandas._libs.tslibs.timestamps.Timestamp")  # since pandas 3, and before

CLOCKS: dict[str, Source] = {
    **rows(CLOCK, (
        "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns",
        "time.process_time", "time.process_time_ns", "time.thread_time", "time.thread_time_ns", "time.clock_gettime",
        "time.clock_gettime_ns", "datetime.datetime.now=datetime.now", "datetime.datetime.utcnow=datetime.utcnow",
        "datetime.datetime.today=datetime.today", "datetime.date.today=date.today",
        "asyncio.base_events.BaseEventLoop.time=loop.time", "trio.current_time", "anyio.current_time",
        *(f"{timestamp}.{name}=pandas.Timestamp.{name}" for timestamp in TIMESTAMPS for name in ("now", "utcnow", "today")),
        "django.utils.timezone.now", "django.utils.timezone.localdate", "django.utils.timezone.localtime",
        "arrow.api.now=arrow.now", "arrow.api.utcnow=arrow.utcnow",
        "arrow.arrow.Arrow.now=Arrow.now", "arrow.arrow.Arrow.utcnow=Arrow.utcnow",
        *(f"pendulum.{name}" for name in ("now", "today", "tomorrow", "yesterday")),
        *(f"pendulum.datetime.DateTime.{name}=pendulum.DateTime.{name}" for name in ("now", "utcnow", "today")),
        "time.localtime", "time.gmtime", "time.ctime", "time.asctime", "time.strftime", "posix.times=os.times",
    )),
    **rows(FROZEN, (
        *(f"freezegun.api.FakeDatetime.{name}=datetime.{name} (frozen)" for name in ("now", "utcnow", "today")),
        "freezegun.api.FakeDate.today=date.today (frozen)",
        *(f"freezegun.api.fake_{name}=time.{name} (frozen)" for name in (
            "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "localtime", "gmtime", "strftime",
        )),
    )),
}  # fmt: skip


def time_is_travelled() -> bool:
    """Whether time-machine has put all clocks of the process somewhere: they are the test's own then."""
    module = sys.modules.get("time_machine")
    if type(module) is not ModuleType:
        return False
    names = object.__getattribute__(module, "__dict__")
    stack = names.get("traveller_stack", names.get("coordinates_stack"))
    return type(stack) is list and bool(stack)
