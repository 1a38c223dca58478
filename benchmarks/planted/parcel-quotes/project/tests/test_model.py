import pytest

from parcelquotes import Parcel, Quote


@pytest.mark.parametrize("grams, billable", [(500, 1200), (1200, 1200), (1201, 1201)])
def test_billable_weight(grams, billable):
    assert Parcel(grams, 30, 20, 10).billable_grams == billable


def test_quotes_are_ordered_by_price():
    assert sorted([Quote(5, "B", 1), Quote(4, "C", 3), Quote(5, "A", 9)]) == [
        Quote(4, "C", 3),
        Quote(5, "A", 9),
        Quote(5, "B", 1),
    ]
