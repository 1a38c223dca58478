import pytest

from scanroom import run_stations
from scanroom.pages import Summary, summarize


class TestSummary:
    @pytest.mark.parametrize("pixels, ink", [(b"", 0), (b"\x00\xff\x5f\x60", 2)])
    def test_ink(self, pixels, ink):
        assert summarize("x", pixels).ink == ink

    def test_row(self):
        summary = summarize("x", b"abc")
        assert Summary.parse(summary.row()) == summary


class TestRoom:
    def test_one_station(self, intake, fill, report):
        names = fill(6)
        assert [summary.page for summary in run_stations(intake.root, report, count=1)] == names

    def test_two_stations(self, intake, fill, report):
        names = fill(12)
        summaries = run_stations(intake.root, report)
        assert [summary.page for summary in summaries] == names

    def test_empty_room(self, intake, report):
        assert run_stations(intake.root, report) == []
