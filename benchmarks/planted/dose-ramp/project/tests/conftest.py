import pytest

from pump.ramp import random_ramp


@pytest.fixture
def make_ramp():
    made = []

    def factory(**kwargs):
        made.append(random_ramp(**kwargs))
        return made[-1]

    yield factory
    for ramp in made:
        assert ramp.step > 0
