import random
from datetime import date, timedelta
from decimal import Decimal

import pytest


def test_numbers_differ(make_contract):
    assert make_contract().number != make_contract().number


def test_instalments_add_up(make_contract):
    contract = make_contract(months=random.randint(1, 24))
    assert contract.outstanding(paid=0) == Decimal("280.00")


def test_runs_until_the_last_instalment(make_contract):
    contract = make_contract()
    assert len(contract.due_by(contract.ends)) == 4
    assert contract.instalments[-1].due == contract.ends


def test_is_running(make_contract):
    contract = make_contract(months=6)
    assert contract.is_running(date.today() + timedelta(days=20))
    assert not contract.is_running(contract.signed - timedelta(days=1))


def test_outstanding(make_contract):
    contract = make_contract(signed=date(2025, 3, 3))
    assert contract.outstanding(paid=3) == Decimal("70.00")


def test_too_short(make_contract):
    with pytest.raises(ValueError, match="at least a month"):
        make_contract(months=0)
