import pytest


def test_latest(client, station):
    readings = client.latest("elbe", 3)
    assert [reading.at for reading in readings] == [reading.at for reading in station.readings["elbe"][-3:]]
    assert {reading.gauge for reading in readings} == {"elbe"}
    assert len(client.latency) == 1
    assert client.latency[0] > 0


def test_mean(client):
    assert client.mean("rhin", 96) == pytest.approx(2.0, abs=0.051)
