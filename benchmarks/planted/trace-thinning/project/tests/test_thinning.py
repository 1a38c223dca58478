import pytest

from generators import Gen, for_all
from thinning import envelope, normalise, thin


@pytest.fixture
def gen():
    return Gen()


def test_ends_survive(gen):
    def check(trace):
        thinned = thin(trace, 3)
        assert (thinned[0], thinned[-1]) == (trace[0], trace[-1])

    for_all(gen.trace, check)


def test_normalised_range(gen):
    def check(trace):
        scaled = normalise(trace)
        assert min(scaled) == 0 and max(scaled) == 1

    for_all(gen.trace, check)


def test_envelope_is_upper_bound(gen):
    for_all(gen.trace, lambda t: [None for _ in [max(envelope(t, 3))] if _ < max(t)])


def test_keep_too_few():
    with pytest.raises(ValueError):
        thin([1, 2, 3], 1)
