import pytest
from waiting import eventually

from labelprint.spooler import Label


def test_numbers(spooler):
    assert [spooler.submit(Label(["x"])).number for _ in range(3)] == [1, 2, 3]


def test_drain(spooler):
    job = spooler.submit(Label(["Ms Ode", "Hove"]))
    spooler.drain()
    assert job.printed
    assert spooler.pending() == []


def test_cancel(spooler):
    job = spooler.submit(Label(["x"]))
    job.cancel()
    assert eventually(lambda: job.number not in spooler.pending())


class TestOutput:
    def test_umlauts(self, spooler):
        job = spooler.submit(Label(["Köln"]))
        spooler.drain()
        assert "^FDKöln^FS" in job.output.read_text(encoding="utf-8")

    def test_batch(self, spooler):
        jobs = [spooler.submit(Label([f"Box {n}"], barcode=f"B{n}")) for n in (1, 2, 3)]
        assert eventually(lambda: all(job.printed for job in jobs))
        assert "^FDB3^FS" in jobs[-1].output.read_text(encoding="utf-8")


def test_too_long():
    with pytest.raises(ValueError):
        Label(["x"] * 9)
