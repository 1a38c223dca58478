import pytest

from stockroom.journal import Journal
from stockroom.stock import Stock


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path, segment_size=2)


@pytest.fixture
def stock(journal):
    return Stock(journal)
