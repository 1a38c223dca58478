import zlib
from typing import NamedTuple

END = b"\r"


class Frame(NamedTuple):
    address: int
    body: bytes


class BadFrame(ValueError):
    pass


def encode(frame):
    head = f"{frame.address:04d}:".encode()
    check = f"{zlib.crc32(frame.body):08x}".encode()
    return head + check + b":" + frame.body + END


def decode(stream):
    frames = []
    while stream:
        raw, end, stream = stream.partition(END)
        if not end:
            raise BadFrame("unterminated frame")
        address, check, body = raw.split(b":", 2)
        if int(check, 16) != zlib.crc32(body):
            raise BadFrame(f"checksum mismatch at address {int(address)}")
        frames.append(Frame(int(address), body))
    return frames
