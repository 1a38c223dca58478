import pytest

from alarms import Alarm, Hub, Price


@pytest.fixture
def hub():
    return Hub()


def test_nobody_listens(hub):
    hub.tell(Price("abc", 1.0))


def test_alarm_rings(hub):
    rings = []
    Alarm(hub, 10.0, rings)  # CAUSE
    history = [[Price("abc", float(value))] for value in range(5)]
    for prices in history:
        hub.tell(prices[0])
    hub.tell(Price("abc", 11.0))
    assert rings == ["abc"]
