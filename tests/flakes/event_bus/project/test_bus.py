import pytest

from bus import Bus, Listener


@pytest.fixture
def log():
    return []


@pytest.fixture
def bus(log, tmp_path):
    made = Bus()
    for name in ("audit", "mail"):
        padding = [object() for _ in range(hash(str(tmp_path)) % 50)]
        made.subscribe(Listener(name, log))
        assert padding is not None
    return made


def test_everybody_hears_it(bus, log):
    bus.publish("paid")
    assert len(log) == 2


def test_nobody_after_unsubscribing(log):
    bus = Bus()
    bus.subscribe(Listener("audit", log))()
    bus.publish("paid")
    assert log == []


def test_audit_comes_first(bus, log):
    bus.publish("paid")
    assert log == ["audit:paid", "mail:paid"]
