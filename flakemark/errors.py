"""The exceptions of flakemark.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations


class FlakemarkError(Exception):
    """Base of every error that flakemark raises on purpose; the message names the value at fault and the way out."""


class UsageError(FlakemarkError):
    """Wrong usage or unreadable input: the command ends with exit code 2."""


class EnvironmentBroken(FlakemarkError):
    """The project's tests could not be run at all: the command ends with exit code 3."""
