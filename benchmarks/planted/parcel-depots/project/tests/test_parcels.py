import re

import pytest

from courier import tracking_number

from .factories import make_parcel


def test_tracking_number():
    assert re.fullmatch(r"[A-HJ-NP-Z]{2}\d{9}", tracking_number())


@pytest.mark.parametrize("weight, billable", [(2, 5), (5, 5), (12, 12)])
def test_billable(weight, billable):
    assert make_parcel(weight=weight).billable == billable


def test_bulky():
    assert make_parcel(weight=3, height=100).billable == 24
