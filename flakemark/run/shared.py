"""Fixtures that outlive a test are state that tests share: what they hold is looked at from the moment at which they are set up.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest


class FixtureWatch:
    """The pytest plugin that tells of them.

    Args:
        tell: is given the name and the value of each.
    """

    def __init__(self, tell: Callable[[str, Any], None]) -> None:
        self.tell = tell

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, None]:
        """It is set up: what is changed from now on is what tests do to it."""
        outcome = yield
        if fixturedef.scope != "function" and outcome.excinfo is None:
            self.tell(fixturedef.argname, outcome.get_result())
