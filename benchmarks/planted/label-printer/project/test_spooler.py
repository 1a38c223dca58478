import pytest

from layout import label_lines
from spooler import Spooler


@pytest.fixture
def address():
    return "Ada Byron, 12 St James's Square, London"


def test_lines_are_wrapped(address):
    assert label_lines(address) == ["Ada Byron", "12 St James's", "Square", "London"]


def test_idle_spooler_prints_nothing():
    assert Spooler().shutdown() == []


def test_shutdown_finishes_queued_jobs(address):
    spooler = Spooler()
    for line in label_lines(address):
        spooler.submit(line)
    spooler.submit("FRAGILE", copies=2)
    printed = spooler.shutdown()
    assert [text for text, _ in printed][-2:] == ["FRAGILE", "FRAGILE"]


def test_no_jobs_after_shutdown():
    spooler = Spooler()
    spooler.shutdown()
    with pytest.raises(RuntimeError):
        spooler.submit("late")
