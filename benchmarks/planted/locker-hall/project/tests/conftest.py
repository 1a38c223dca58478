import pytest

from lockers import BadgeOffice, Hall


@pytest.fixture(scope="session")
def members():
    return {"b-17": "Aiko", "b-21": "Bram", "b-34": "Chidi", "b-55": "Dana"}


@pytest.fixture
def hall(members):
    return Hall(BadgeOffice(members), sizes="MMMMLL")
