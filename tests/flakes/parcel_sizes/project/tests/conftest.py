import pytest

from parcels.model import Shelf


@pytest.fixture
def shelf():
    return Shelf()
