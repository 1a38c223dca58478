from datetime import datetime

import pytest


class TestCheckIn:
    def test_label(self, desk, printer):
        desk.check_in("9001", "cough")
        assert printer.labels == ["9001 cough"]
        assert desk.busy_for > 0

    def test_waiting(self, desk):
        desk.check_in("9001", "cough")
        desk.check_in("7312", "limp")
        assert [chip for _, chip in desk.waiting] == ["9001", "7312"]

    def test_stamp(self, desk):
        before = datetime.now()
        visit = desk.check_in("9001", "cough")
        assert visit.at[:10] in (str(before.date()), str(datetime.now().date()))

    @pytest.mark.parametrize("weights, trend", [([4.1, 4.4], 0.3), ([5.0], 0.0), ([], 0.0)])
    def test_weight_trend(self, desk, weights, trend):
        for weight in weights:
            desk.check_in("9001", "weighing", weight)
        assert desk.weight_trend("9001") == trend


class TestHistory:
    def test_unknown_chip(self, desk):
        assert desk.last_reason("0000") is None

    def test_chips_are_kept_apart(self, desk):
        desk.check_in("9001", "cough")
        desk.check_in("7312", "limp")
        assert [visit.reason for visit in desk.store.history("9001")] == ["cough"]
        assert desk.store.count() == 2

    def test_back_for_stitches(self, desk):
        desk.check_in("9001", "bite wound")
        desk.check_in("9001", "stitches")
        assert desk.last_reason("9001") == "stitches"
