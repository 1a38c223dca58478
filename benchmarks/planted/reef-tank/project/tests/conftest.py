import pytest

from reeftank import Controller, Tank


@pytest.fixture
def tank():
    return Tank(litres=240)


@pytest.fixture
def controller(tank):
    return Controller(tank)
