import pytest

from kiln.program import Program


@pytest.fixture
def bisque():
    return Program().phase("candle", 0.02).phase("ramp", 0.01).phase("soak", 0.03)


def test_phases_run_in_order(bisque):
    seen = []
    bisque.run(lambda phase: seen.append(phase.name))
    assert seen == ["candle", "ramp", "soak"]


def test_nothing_is_cut_short(bisque):
    bisque.run()
    assert all(p.actual >= p.hold * 0.99 for p in bisque.phases)


def test_log_names_every_phase(bisque):
    assert list(bisque.log()) == ["candle", "ramp", "soak"]


def test_log_shows_hold_times(bisque):
    log = bisque.run().log()
    assert log == {"candle": 0.02, "ramp": 0.01, "soak": 0.03}
