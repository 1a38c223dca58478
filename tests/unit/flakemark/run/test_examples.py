"""Tests of hypothesis: each run draws its own examples, the same ones again if asked, and remembers nothing."""

from __future__ import annotations

import pytest

from flakemark.run.examples import EXAMPLES as KIND
from flakemark.runs import EXAMPLES, Forcing
from tests.unit.flakemark.run.conftest import Bench, Make

pytest.importorskip("hypothesis")

TESTS = """
import pathlib
import random
from hypothesis import given, settings, strategies as st

@settings(max_examples=5, deadline=None, derandomize=False)  # on CI it draws the same ones by itself
@given(st.integers(0, 10**9))
def test_it(number):
    seen.append(number)

def test_tells():
    test_it()
    raise AssertionError(f"{sum(seen)} {random.random()} {pathlib.Path('.hypothesis').exists()}")

seen = []
"""


@pytest.fixture(scope="module")
def project(make_bench: Make) -> Bench:
    return make_bench(TESTS)


def told(project: Bench, *, seed: int = 1, examples: int = 0, fresh: bool = False) -> list[str]:
    forcings = (Forcing(kind=EXAMPLES, seed=examples),) if examples else ()
    failure = project.run("test_tells", seed=seed, forcings=forcings, fresh=fresh).failure
    assert failure is not None
    return failure.message.removeprefix("AssertionError: ").split()


def test_the_two_names_of_it_are_one() -> None:
    assert KIND == EXAMPLES


def test_every_run_draws_its_own_examples_and_a_seed_repeats_them(project: Bench) -> None:
    assert told(project, seed=1) == told(project, seed=1)
    assert told(project, seed=1)[0] != told(project, seed=2)[0]
    assert told(project, seed=3, fresh=True)[0] == told(project, seed=3, fresh=True)[0]


def test_examples_can_be_forced_alone(project: Bench) -> None:
    one, other = told(project, examples=7), told(project, examples=8)
    assert one[0] != other[0]
    assert one[1] == other[1]
    assert told(project, seed=2, examples=7)[0] == one[0]


def test_nothing_is_remembered_in_the_project(project: Bench) -> None:
    assert told(project)[2] == "False"
    assert not (project.root / ".hypothesis").exists()


def test_a_project_that_seeds_it_keeps_its_examples(bench: Make) -> None:
    seeded = bench({"conftest.py": "import hypothesis.core\nhypothesis.core.global_force_seed = 4\n", "test_it.py": TESTS})
    assert told(seeded, seed=1)[0] == told(seeded, seed=2, examples=9)[0]
