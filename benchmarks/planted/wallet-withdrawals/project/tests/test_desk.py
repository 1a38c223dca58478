import random

import pytest

from wallet import Desk


@pytest.fixture(params=[1, 2], ids=["single", "pair"])
def counters(request):
    return request.param


class TestPayAll:
    def test_all_paid(self, make_account, counters):
        account = make_account(10_000)
        cents = [random.randint(1, 400) for _ in range(20)]
        assert Desk(account, counters).pay_all(cents)[True] == 20

    def test_until_empty(self, make_account, journal, counters):
        account = make_account(10_000)
        paid = Desk(account, counters).pay_all([900] * 30)
        assert paid == {True: 11, False: 19}
        assert account.cents == 100

    def test_nothing_to_pay(self, make_account):
        assert not Desk(make_account(1)).pay_all([])
