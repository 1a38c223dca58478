import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from lockers import HallFull, UnknownBadge


def test_rent(hall):
    locker = hall.rent("b-17", "L")
    assert (locker.number, locker.holder) == (5, "Aiko")
    assert len(locker.pin) == 4


def test_unknown_badge(hall):
    with pytest.raises(UnknownBadge):
        hall.rent("b-99")
    assert len(hall.free("M")) == 4


def test_full(hall):
    for badge in ("b-17", "b-21"):
        hall.rent(badge, "L")
    with pytest.raises(HallFull):
        hall.rent("b-34", "L")


def test_wrong_pin(hall):
    locker = hall.rent("b-17")
    with pytest.raises(PermissionError, match="locker 1"):
        hall.give_back(locker, "x")


def test_give_back(hall):
    locker = hall.rent("b-17")
    hall.give_back(locker, locker.pin)
    assert [action for _, action, _ in hall.journal] == ["rent", "back"]


class TestMorning:
    """The members come in over a little while, through two doors."""

    def arrive(self, hall, badge):
        time.sleep(random.uniform(0, 0.09))
        return hall.rent(badge)

    def test_everybody_gets_a_locker(self, hall, members):
        with ThreadPoolExecutor(max_workers=2) as doors:
            lockers = list(doors.map(lambda badge: self.arrive(hall, badge), members))
        assert {locker.holder for locker in lockers} == set(members.values())

    def test_journal_is_numbered(self, hall, members):
        threads = [threading.Thread(target=self.arrive, args=(hall, badge)) for badge in members]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [entry for entry, _, _ in hall.journal] == [1, 2, 3, 4]

    def test_office_is_asked_once_each(self, hall, members):
        with ThreadPoolExecutor(max_workers=4) as doors:
            list(doors.map(hall.office.holder, members))
        assert hall.office.asked == len(members)
