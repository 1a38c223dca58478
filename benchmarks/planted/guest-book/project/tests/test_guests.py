import time

import pytest

from guests import Hotel, NightAudit


@pytest.fixture
def hotel():
    return Hotel(rooms=3)


@pytest.fixture
def audit():
    with NightAudit() as audit:
        yield audit


class TestStays:
    def test_bill(self, hotel):
        stay = hotel.check_in("Ito")
        stay.extras.append(("minibar", 9))
        assert hotel.check_out("Ito") == 89

    def test_rooms_fill_up(self, hotel):
        stays = [hotel.check_in(name) for name in ("Abe", "Bea", "Cyd")]
        assert [stay.room.number for stay in stays] == [1, 2, 3]
        with pytest.raises(StopIteration):
            hotel.check_in("Dov")


class TestDesk:
    @pytest.mark.parametrize("leaving", ["Bea"])
    def test_departure_clears_the_book(self, hotel, audit, leaving):
        for name in ("Abe", "Bea"):
            hotel.check_in(name)
        assert hotel.check_out(leaving) == 80
        deadline = time.monotonic() + 0.0055
        while leaving in hotel.in_house() and time.monotonic() < deadline:
            time.sleep(0.002)
        assert hotel.in_house() == ["Abe"]

    def test_audit_keeps_a_ledger(self, audit):
        time.sleep(0.01)
        assert audit.ledger
