import pytest

from uplink.station import LinkDown, Uplink

LEVEL = {"gauge": "harbour-north", "cm": 412}


class Modem:
    def __init__(self, failures):
        self.failures = failures
        self.sent = []

    def transmit(self, reading):
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no carrier")
        self.sent.append(reading)
        return len(self.sent)


@pytest.fixture
def naps():
    return []


@pytest.mark.parametrize("failures", [0, 1, 4])
def test_delivers_eventually(failures, naps):
    modem = Modem(failures)
    assert Uplink(modem, sleep=naps.append).push(LEVEL) == 1
    assert len(naps) == failures


def test_gives_up_before_next_reading_is_due(naps):
    with pytest.raises(LinkDown):
        Uplink(Modem(99), sleep=naps.append).push(LEVEL)
    assert sum(naps) < 18


def test_waits_grow(naps):
    Uplink(Modem(3), sleep=naps.append).push(LEVEL)
    assert naps[0] < naps[2]
