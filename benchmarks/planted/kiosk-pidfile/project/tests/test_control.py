import pytest

from kiosk.control import Kiosk, parse_runfile


@pytest.fixture
def kiosk(tmp_path):
    kiosk = Kiosk(tmp_path / "kiosk.run")
    yield kiosk
    kiosk.stop()


def test_parse_runfile():
    text = "pid=31\naddress=127.0.0.1:8080\n"
    assert parse_runfile(text) == (31, ("127.0.0.1", 8080))


def test_parse_ipv6():
    assert parse_runfile("pid=1\naddress=::1:99\n")[1] == ("::1", 99)


def test_answers_when_started(kiosk):
    kiosk.start()
    assert kiosk.pid == kiosk.process.pid
    assert kiosk.ask("status") == "open"


def test_stop_before_start(kiosk):
    kiosk.stop()
    assert not kiosk.runfile.exists()
