import socket

import pytest

from echo import Echo


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]  # CAUSE



@pytest.fixture
def server():
    server = Echo(free_port())
    yield server
    server.close()


def test_echo(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(b"hello")
        assert client.recv(1024) == b"hello"
