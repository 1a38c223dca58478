import socket

import pytest

from echo import Echo


@pytest.fixture
def server():
    server = Echo()
    yield server
    server.close()


def test_echo(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(b"hello")
        assert client.recv(1024) == b"hello"
