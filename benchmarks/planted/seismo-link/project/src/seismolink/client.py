from __future__ import annotations

from seismolink.station import connect
from seismolink.wire import ERROR, QUERY, read_frame, unpack_samples, write_frame


class Client:
    def __init__(self, address: tuple[str, int]):
        self._sock = connect(address)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._sock.close()

    def fetch(self, channel: str) -> list[int]:
        write_frame(self._sock, QUERY, channel.encode())
        kind, payload = read_frame(self._sock)
        if kind == ERROR:
            raise LookupError(payload.decode())
        return unpack_samples(payload)

    def peak(self, channel: str) -> int:
        return max((abs(sample) for sample in self.fetch(channel)), default=0)
