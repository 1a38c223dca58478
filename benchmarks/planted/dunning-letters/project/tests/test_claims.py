from datetime import date

import pytest

from dunning.letters import render


@pytest.mark.parametrize("today, days", [(date(2023, 9, 1), 0), (date(2023, 9, 30), 0), (date(2023, 10, 14), 14)])
def test_overdue(claim, today, days):
    assert claim.overdue(today) == days


def test_amount_and_due_date(claim):
    text = render("reminder", claim)
    assert "129.90 EUR" in text
    assert "due on 30.09.2023" in text
