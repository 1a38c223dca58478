import pytest

from courier import QuoteDesk

from .factories import make_parcel


@pytest.fixture
def desk():
    return QuoteDesk()


@pytest.fixture
def parcel():
    return make_parcel()
