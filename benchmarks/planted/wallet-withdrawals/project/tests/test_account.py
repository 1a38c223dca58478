import pytest

from wallet import InsufficientFunds


class TestWithdraw:
    def test_everything(self, make_account):
        account = make_account(500)
        account.withdraw(500)
        assert account.cents == 0

    def test_too_much(self, make_account, journal):
        account = make_account(500)
        with pytest.raises(InsufficientFunds, match="has 500"):
            account.withdraw(501)
        assert [entry["cents"] for entry in journal.events("refused")] == [501]


@pytest.mark.parametrize("cents", [0, -5])
def test_bad_deposit(make_account, cents):
    with pytest.raises(ValueError):
        make_account(10).deposit(cents)
