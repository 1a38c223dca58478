"""Frames: magic, kind, length of the payload, payload. Everything is big-endian."""
from __future__ import annotations

import array
import socket
import struct
import sys
from typing import Iterable, Sequence

MAGIC = b"SL"
HEADER = struct.Struct(">2scI")

BLOCK = 4096

QUERY, SAMPLES, ERROR = b"Q", b"S", b"E"


class ProtocolError(Exception):
    pass


def write_frame(sock: socket.socket, kind: bytes, payload: bytes) -> None:
    sock.sendall(HEADER.pack(MAGIC, kind, len(payload)) + payload)


def write_samples(sock: socket.socket, samples: Sequence[int]) -> None:
    sock.sendall(HEADER.pack(MAGIC, SAMPLES, 4 * len(samples)))
    for start in range(0, len(samples), BLOCK):
        sock.sendall(pack_samples(samples[start : start + BLOCK]))


def read_frame(sock: socket.socket) -> tuple[bytes, bytes]:
    header = sock.recv(HEADER.size)
    if not header:
        raise EOFError("connection closed")
    magic, kind, length = HEADER.unpack(header)
    if magic != MAGIC:
        raise ProtocolError(f"bad magic {magic!r}")
    return kind, sock.recv(length)


def pack_samples(samples: Iterable[int]) -> bytes:
    values = array.array("i", samples)
    if sys.byteorder == "little":
        values.byteswap()
    return values.tobytes()


def unpack_samples(payload: bytes) -> list[int]:
    values = array.array("i")
    values.frombytes(payload[: len(payload) // 4 * 4])
    if sys.byteorder == "little":
        values.byteswap()
    return values.tolist()
