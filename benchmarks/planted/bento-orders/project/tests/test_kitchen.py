from datetime import date, time
from decimal import Decimal

import pytest

from bento.kitchen import TooLate

FRIDAY = date(2024, 11, 22)
MONDAY = date(2024, 11, 25)


def test_order_book_per_day(kitchen, bento):
    kitchen.place(bento(day=FRIDAY, saba=1))
    monday = kitchen.place(bento(day=MONDAY, tofu=1))
    assert kitchen.orders(MONDAY) == [monday]


@pytest.mark.parametrize("at, accepted", [(time(8, 0), True), (time(10, 30), True), (time(10, 31), False)])
def test_closing_time(kitchen, bento, at, accepted):
    if accepted:
        assert kitchen.place(bento(tofu=1), at).lines
    else:
        with pytest.raises(TooLate):
            kitchen.place(bento(tofu=1), at)


class TestShoppingList:
    def test_cancelled_orders_do_not_count(self, kitchen, bento):
        kitchen.place(bento(day=FRIDAY, saba=2))
        kitchen.place(bento("ito", day=FRIDAY, saba=1)).cancelled = True
        assert kitchen.shopping_list(FRIDAY) == {"saba": 2}

    def test_today(self, kitchen, bento):
        kitchen.place(bento("sato", karaage=1, tofu=2))
        kitchen.place(bento("ito", karaage=1))
        kitchen.place(bento("mori", day=FRIDAY, saba=1))
        assert kitchen.shopping_list() == {"karaage": 2, "tofu": 2}


def test_payroll(kitchen, bento):
    kitchen.place(bento("sato", day=FRIDAY, tofu=1))
    kitchen.place(bento("sato", day=MONDAY, saba=1))
    kitchen.place(bento("ito", day=date(2024, 12, 2), saba=1))
    assert kitchen.payroll("2024-11") == {"sato": Decimal("960")}
