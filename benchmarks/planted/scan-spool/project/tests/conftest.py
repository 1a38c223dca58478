import random

import pytest

from scanroom import Intake


@pytest.fixture
def intake(tmp_path):
    return Intake(tmp_path / "intake")


@pytest.fixture
def report(tmp_path):
    return tmp_path / "report.tsv"


@pytest.fixture
def fill(intake):
    rng = random.Random(11)

    def fill(count):
        names = [f"page-{number:03d}" for number in range(1, count + 1)]
        for name in names:
            intake.add(name, rng.randbytes(rng.randrange(10_000, 60_000)))
        return names

    return fill
