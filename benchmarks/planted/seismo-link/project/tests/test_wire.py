import socket

import pytest

from seismolink.wire import HEADER, ProtocolError, pack_samples, read_frame, unpack_samples, write_frame


@pytest.fixture
def pair():
    left, right = socket.socketpair()
    with left, right:
        yield left, right


@pytest.mark.parametrize("samples", [[], [0], [-1, 2**31 - 1, -(2**31)]])
def test_samples(samples):
    assert unpack_samples(pack_samples(samples)) == samples


def test_frame(pair):
    write_frame(pair[0], b"Q", b"BHZ")
    assert read_frame(pair[1]) == (b"Q", b"BHZ")


def test_bad_magic(pair):
    pair[0].sendall(HEADER.pack(b"XX", b"Q", 0))
    with pytest.raises(ProtocolError):
        read_frame(pair[1])


def test_closed(pair):
    pair[0].close()
    with pytest.raises(EOFError):
        read_frame(pair[1])
