import random

import pytest

from rounds import Chart, Note, on_duty, sign_in, stand_in


@pytest.fixture
def chart():
    return Chart("J. Haddad", bed=f"{random.randint(1, 4)}B")


class TestDuty:
    def test_sign_in(self):
        nurse = sign_in("Maren")
        assert on_duty() is nurse

    def test_stand_in(self):
        with stand_in("Obi", grade=7) as nurse:
            assert on_duty() is nurse
            assert nurse.grade == 7

    def test_tokens(self):
        with stand_in("Obi") as first, stand_in("Obi") as second:
            assert first == second
            assert first is not second


class TestChart:
    def test_note_is_signed(self, chart):
        with stand_in("Obi"):
            chart.write("slept well")
        assert chart.notes == [Note("slept well", "Obi")]

    @pytest.mark.parametrize("doses, total", [((50,), 50), ((20, 20.5), 40.5)])
    def test_doses_add_up(self, chart, doses, total):
        with stand_in("Obi"):
            for dose in doses:
                given = chart.give("paracetamol", dose)
        assert given == total

    def test_large_dose(self, chart):
        with stand_in("Obi"), pytest.raises(PermissionError, match="Obi may not give 250 mg"):
            chart.give("ibuprofen", 250)

    def test_handover(self, chart):
        chart.write("slept well")
        chart.give("paracetamol", 50)
        assert chart.handover() == f"{chart.bed} J. Haddad: slept well; paracetamol 50 mg"
