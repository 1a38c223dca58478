"""Forked children draw different numbers, unless the project has seeded the generators itself."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.unit.flakemark.run.conftest import Bench, Make

TEST = """
import random
import numpy
import pytest

def test_it():
    pytest.fail(f"{random.random()} {numpy.random.randint(1_000_000_000)}")
"""


def drawn(project: Bench, times: int = 4) -> tuple[list[str], list[str]]:
    """Return what `random` and what numpy gave, run by run."""
    pairs = [message.split()[-2:] for message in messages(project, times)]
    return [first for first, _ in pairs], [second for _, second in pairs]


def messages(project: Bench, times: int, **wishes: Any) -> list[str]:
    return [result.failure.message for result in project.runs("test_it", times, **wishes) if result.failure]


def project_that(make: Make, at_import: str) -> Bench:
    return make({"conftest.py": at_import, "test_it.py": TEST})


def test_every_run_draws_its_own_numbers_and_a_seed_repeats_them(bench: Make) -> None:
    project = project_that(bench, "")
    ours, numpys = drawn(project)
    assert len(set(ours)) == len(set(numpys)) == 4
    assert drawn(project) == (ours, numpys)


@pytest.mark.parametrize("draws", [0, 1, 700, 5_000])
def test_numbers_drawn_while_importing_change_nothing(bench: Make, draws: int) -> None:
    project = project_that(bench, f"import random\nfor _ in range({draws}): random.random()")
    assert project.surroundings.reseeds
    assert len(set(drawn(project)[0])) == 4


def test_pytest_randomly_does_not_count_as_the_project(bench: Make) -> None:
    plugin = """
        import random
        def pytest_addoption(parser): parser.addoption("--randomly-seed", type=int, default=8)
        def _reseed(config, offset=0): random.seed(config.option.randomly_seed + offset)
        def pytest_sessionstart(session): _reseed(session.config)
        """
    project = bench({"pytest.ini": "[pytest]\naddopts = -p randomly\n", "randomly.py": plugin, "test_it.py": TEST})
    assert len(set(drawn(project)[0])) == 4
    assert drawn(project) == drawn(project)


def test_a_project_that_seeds_random_keeps_its_numbers(bench: Make) -> None:
    project = project_that(bench, "import random; random.seed(42)")
    ours, numpys = drawn(project)
    assert not project.surroundings.reseeds
    assert (len(set(ours)), len(set(numpys))) == (1, 4)


def test_a_project_that_seeds_numpy_keeps_its_numbers(bench: Make) -> None:
    ours, numpys = drawn(project_that(bench, "import numpy; numpy.random.seed(42)"))
    assert (len(set(ours)), len(set(numpys))) == (4, 1)


OWN = """
import random
import pytest

rng = random.Random({seed})
{then}

def test_it():
    pytest.fail(f"{{rng.random()}} {{rng.random()}}")
"""
UNSEEDED = ["", "rng.random()", "[rng.random() for _ in range(5_000)]"]
SEEDED = [("5", ""), ("None", "rng.seed(5)"), ("", "rng.setstate(random.Random(5).getstate())"), ("x=5", "rng.random()")]
OF_NUMPY = """
import numpy
import pytest
from numpy.random import default_rng

rng = {made}
{then}

def test_it():
    pytest.fail(f"{{rng.random()}} {{rng.integers(1_000_000)}}")
"""
NUMPYS_UNSEEDED = [(made, then) for made in ("numpy.random.default_rng()", "default_rng()") for then in ("", "rng.random(5)")]
NUMPYS_SEEDED = ["default_rng(5)", "default_rng(seed=5)", "numpy.random.Generator(numpy.random.PCG64(5))"]
# Each in a module of its own, all in one project: a generator that a module makes belongs to nobody else.
MODULES = {
    **{("", then): OWN.format(seed="", then=then) for then in UNSEEDED},
    **{(seed, then): OWN.format(seed=seed, then=then) for seed, then in SEEDED},
    **{(made, then): OF_NUMPY.format(made=made, then=then) for made, then in (*NUMPYS_UNSEEDED, *((made, "") for made in NUMPYS_SEEDED))},
}
FILES = {key: f"test_{number}.py" for number, key in enumerate(MODULES)}


@pytest.fixture(scope="module")
def generators(make_bench: Make) -> Bench:
    return make_bench({FILES[key]: module for key, module in MODULES.items()}, names=tuple(FILES.values()))


def told_by(generators: Bench, made: str, then: str, times: int) -> list[str]:
    found = generators.runs(f"{FILES[made, then]}::test_it", times)
    assert len(found) == times
    return [result.failure.message for result in found if result.failure]


@pytest.mark.parametrize(("made", "then"), [*(("", then) for then in UNSEEDED), *NUMPYS_UNSEEDED])
def test_a_generator_that_a_module_makes_without_a_seed_draws_other_numbers_in_every_run(generators: Bench, made: str, then: str) -> None:
    drawn = told_by(generators, made, then, 4)
    assert len(set(drawn)) == 4
    assert told_by(generators, made, then, 4) == drawn


@pytest.mark.parametrize(("seed", "then"), SEEDED)
def test_a_generator_that_a_module_seeds_keeps_its_numbers(generators: Bench, seed: str, then: str) -> None:
    expected = random.Random(5)
    if then == "rng.random()":
        expected.random()
    told = f"{expected.random()} {expected.random()}"
    found = told_by(generators, seed, then, 3)
    assert len(found) == 3
    assert all(told in message for message in found)


@pytest.mark.parametrize("made", NUMPYS_SEEDED)
def test_a_generator_of_numpy_that_a_module_seeds_keeps_its_numbers(generators: Bench, made: str) -> None:
    expected = pytest.importorskip("numpy").random.default_rng(5)
    told = f"{expected.random()} {expected.integers(1_000_000)}"
    found = told_by(generators, made, "", 3)
    assert len(found) == 3
    assert all(told in message for message in found)


def test_the_class_is_as_it_was_when_the_tests_run(bench: Make) -> None:
    body = "import random, pytest\ndef test_it(): pytest.fail(random.Random.seed.__code__.co_filename)"
    [told] = messages(bench({"test_it.py": body}), 1)
    assert told.endswith(random.Random.seed.__code__.co_filename)


def test_fresh_processes_start_from_the_seed_as_well(bench: Make) -> None:
    project = project_that(bench, "")
    fresh, again = ([message.split()[-2] for message in messages(project, 2, fresh=True)] for _ in range(2))
    assert len(set(fresh)) == 2
    assert fresh == again


def test_the_hash_seed_decides_the_order_of_sets_in_fresh_processes(bench: Make) -> None:
    project = bench("def test_it(): assert list({'a', 'b', 'c', 'd', 'e', 'f'}) == ()")
    failures = [project.run("test_it", fresh=True, hash_seed=seed).failure for seed in (1, 2, 1)]
    one, two, one_again = (failure.message for failure in failures if failure)
    assert one == one_again != two


def test_a_fresh_process_gets_the_environment_that_was_asked_for(bench: Make) -> None:
    project = bench("import os\ndef test_it(): assert os.environ['ASKED'] == ''")
    failure = project.run("test_it", fresh=True, environment=(("ASKED", "for"),)).failure
    assert failure is not None
    assert "'for'" in failure.message
