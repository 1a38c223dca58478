from datetime import date
from decimal import Decimal


def test_total(bento):
    assert bento(karaage=2, tofu=1).total == Decimal("1900")


def test_numbers_go_up(bento):
    assert bento().number < bento().number


def test_orders_are_for_today(bento):
    assert bento(saba=1).day == date.today()
