import pytest


@pytest.mark.parametrize("channel", ["BHZ", "BHN"])
def test_fetch(client, traces, channel):
    assert client.fetch(channel) == traces[channel]


def test_unknown_channel(client):
    with pytest.raises(LookupError, match="no channel XYZ"):
        client.fetch("XYZ")


def test_several_queries_on_one_connection(client, traces):
    assert [len(client.fetch(channel)) for channel in ("BHN", "BHZ", "BHN")] == [200, 400, 200]


def test_a_minute_of_broadband(client, traces):
    samples = client.fetch("HHZ")
    assert len(samples) == len(traces["HHZ"])
    assert samples[-100:] == traces["HHZ"][-100:]


def test_peak(client, traces):
    assert client.peak("BHN") == max(map(abs, traces["BHN"]))
