import io

import pytest

from tidegauge import Monitor, sentence


def test_feed():
    monitor = Monitor(io.StringIO())
    monitor.feed([sentence("DOVER", 3.0), sentence("DOVER", 3.1)])
    assert monitor.level("DOVER") == 3.1


def test_unknown_station():
    with pytest.raises(KeyError):
        Monitor(io.StringIO()).level("ATLANTIS")


def test_noise_is_counted(gauges, monitor):
    gauges.transmit(DOVER=3.42)
    gauges.noise()
    gauges.noise()
    gauges.hang_up()
    monitor.join()
    assert monitor.rejected == 2
    assert monitor.level("DOVER") == 3.42


def test_replay(recording):
    monitor = Monitor(io.StringIO(recording), alarm_level=6.2).start()
    assert monitor.level("LERWICK") == 3.8
    assert monitor.alarms() == ["AVONMOUTH", "DOVER"]


@pytest.mark.parametrize("limit, stations", [(9.0, ["AVONMOUTH"]), (3.0, ["AVONMOUTH", "DOVER", "LERWICK"]), (10.0, [])])
def test_alarm_level(recording, limit, stations):
    monitor = Monitor(io.StringIO(), alarm_level=limit)
    monitor.feed(recording.splitlines())
    assert monitor.alarms() == stations
