import socket

from tides import Network, Tide


def test_parse():
    assert Tide.parse("11 3.50") == Tide(11, 3.5)


def test_one_station(station):
    assert Network(station(0, 0.01)).today()[0].hour == 5


def test_dead_station_is_skipped(station):
    with socket.create_server(("127.0.0.1", 0)) as spare:
        dead = spare.getsockname()
    network = Network(dead, station(0, 0.01))
    assert len(network.today()) == 2
    assert [address for address, _ in network.failures] == [dead]


def test_two_stations(station):
    network = Network(station(0.01, 0.023), station(0.005, 0.01))
    assert network.today() == [Tide(5, 1.25), Tide(11, 3.5)]
    assert not network.failures
