import pytest

from plans.customers import walk_in


@pytest.fixture
def customer():
    return walk_in("zoe")


@pytest.mark.parametrize("minutes", [0, 150])
def test_invoice_is_positive(customer, minutes):
    assert customer.invoice(minutes) > 0


class TestHeavyUse:
    minutes = 200

    def test_invoice_has_a_ceiling(self, customer):
        assert customer.invoice(self.minutes) <= 12, customer
