"""Every test that asks for a world runs twice: in memory, and over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from flakebot.standin import Project
from tests.contract.world import PROJECT, World, in_memory, over_http


@pytest.fixture(params=[in_memory, over_http], ids=["memory", "http"])
def open_world(request: pytest.FixtureRequest) -> Iterator[Callable[[Project], World]]:
    with ExitStack() as stack:
        yield lambda project: stack.enter_context(request.param(project))


@pytest.fixture
def world(open_world: Callable[[Project], World]) -> World:
    return open_world(PROJECT)
