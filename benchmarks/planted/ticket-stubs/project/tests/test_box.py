from itertools import count

import pytest

from stubs.box import StubBox, new_code

HALL = [f"{row}{number}" for row in "ABC" for number in range(1, 4)]


@pytest.fixture
def numbered(tmp_path):
    numbers = count(1000)
    return StubBox(tmp_path / "box", codes=lambda: str(next(numbers)))


def test_codes_differ():
    assert len({new_code() for _ in range(50)}) == 50


def test_open_seats(numbered):
    for seat in ("A1", "B2"):
        numbered.issue(seat)
    assert len(numbered.open_seats(HALL)) == 7


def test_redeem_frees_the_seat(numbered):
    stub = numbered.issue("C3")
    numbered.redeem(stub)
    assert "C3" in numbered.open_seats(HALL)


def test_issued_code_finds_seat(tmp_path):
    box = StubBox(tmp_path / "evening")
    stub = box.issue("B1")
    assert box.seat_of(stub.code) == "B1"
