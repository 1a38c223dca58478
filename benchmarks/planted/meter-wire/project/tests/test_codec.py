import pytest

from meterwire import Frame, decode, encode
from meterwire.codec import BadFrame


def test_empty_stream():
    assert decode(b"") == []


def test_text_body():
    frame = Frame(17, b"voltage=229.8")
    assert decode(encode(frame)) == [frame]


class TestUpload:
    def test_chunk_count(self, chunks, firmware):
        assert sum(len(c.body) for c in chunks) == len(firmware)

    def test_device_receives_image(self, chunks, firmware):
        line = b"".join(encode(c) for c in chunks)
        received = decode(line)
        assert b"".join(f.body for f in received) == firmware


def test_corrupted_body():
    wire = encode(Frame(3, b"on")).replace(b"on", b"of")
    with pytest.raises(BadFrame, match="checksum mismatch at address 3"):
        decode(wire)
