import pytest

from flags import load


@pytest.fixture(autouse=True)
def fresh_flags():
    load.cache_clear()
    yield
    load.cache_clear()
