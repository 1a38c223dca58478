from decimal import Decimal

import pytest

from hire import Contract, Instrument


@pytest.fixture
def cello():
    return Instrument("cello", Decimal("340.00"), deposit=Decimal("60.00"))


@pytest.fixture
def make_contract(cello):
    def make(customer="R. Okafor", **kwargs):
        return Contract(customer, cello, **kwargs)

    return make
