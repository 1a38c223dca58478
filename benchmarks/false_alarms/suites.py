"""The packages whose tests are diagnosed: their sdists hold the tests, and a suite takes no more than a minute."""

from __future__ import annotations

from benchmarks.transparency.fetch import Suite

PACKAGES = ("anyio", "attrs", "boltons", "click", "h11", "jinja2", "parso", "pluggy", "structlog", "toolz")
# Of anyio the parts that neither open sockets nor start processes by the hundred: its whole suite takes minutes.
PARTS = {"anyio": ("tests/test_synchronization.py", "tests/test_taskgroups.py", "tests/test_from_thread.py", "tests/streams")}


def chosen_part(suite: Suite) -> tuple[str, ...]:
    """Return pytest's arguments for the part of a suite from which tests are chosen."""
    return (*suite.part, *PARTS.get(suite.name, ()))
