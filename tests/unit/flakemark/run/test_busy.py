"""The cores are kept busy while a test runs: by processes that are none of its children, and that end with the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flakemark.runs import Forcing
from tests.unit.flakemark.run.conftest import Make

PROJECT = """
import os
import pytest

def group():
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                if os.getpgid(int(name)) == os.getpgid(0):
                    found.append(name)
            except ProcessLookupError:
                pass
    return found

def test_has_company(): assert len(group()) == 2
def test_is_alone(): assert group() == []
def test_has_no_children():
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
"""
BUSY = (Forcing(kind="busy", edge=2),)


@pytest.mark.parametrize("fresh", [False, True])
def test_others_count_beside_the_test_and_are_none_of_its_children(bench: Make, fresh: bool) -> None:
    project = bench(PROJECT)
    assert project.run("test_has_company", forcings=BUSY, fresh=fresh).passed
    assert project.run("test_has_no_children", forcings=BUSY, fresh=fresh).passed


def test_they_end_with_the_run(bench: Make, family: Callable[[], list[str]]) -> None:
    project = bench(PROJECT)
    assert project.run("test_has_company", forcings=BUSY).passed
    assert project.run("test_is_alone").passed
    server = len(family())
    assert project.run("test_has_company", forcings=BUSY).passed
    assert len(family()) <= server
    project.lab.close()
    assert family() == []
