import contextlib

import pytest

import tram


@pytest.fixture(scope="session")
def room():
    server = tram.control_room()
    yield server.server_address
    server.shutdown()
    server.server_close()


@pytest.fixture
def board(room):
    with contextlib.closing(tram.Board(room)) as board:
        yield board
