"""What a network may do, on the loopback interface too: to a port between two uses of it, to connections, and to what arrives.

    free        it can be bound again, whatever lingers (SO_REUSEADDR is set for it): what a careful server does
    lingering   a port on which connections were accepted cannot be bound again at once (TIME_WAIT), unless SO_REUSEADDR is set
    taken       a port whose number was read goes to somebody else as soon as it is given back
    occupied    every port that is asked for by its number belongs to somebody else
    sends       what this process has sent at once arrives at once, and nothing with it: `recv` gives no more
    short       what arrives comes in two parts: `recv` gives the first half of what is there
    segments    the same for what does not fit into one segment; short messages come whole
    whole       `recv` waits a moment for the rest of what was asked for
    refused     nobody listens at the other end
    alone       nobody listens on other machines
    unresolved  names of hosts are not known
    reset       the other end breaks the connection off when something is to be received
    slow        what is asked for takes longer than anybody waits
    reachable   none of that

The class of sockets is only changed in runs in which this is forced, and those have a process of their own.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from os import strerror
from time import monotonic, sleep
from typing import Any

__tracebackhide__ = True  # pytest shows no frame of this module: the error is one of the call that binds

_Socket = socket.socket
_bind, _accept, _getsockname, _recv = _Socket.bind, _Socket.accept, _Socket.getsockname, _Socket.recv
_connect, _recv_into, _getaddrinfo = _Socket.connect, _Socket.recv_into, socket.getaddrinfo
_send, _sendall, _getpeername = _Socket.send, _Socket.sendall, _Socket.getpeername
_monotonic, _sleep = monotonic, sleep
SEGMENT = 1_400  # bytes, about what one packet carries
QUIET = 0.03  # seconds
PATIENCE = 0.5  # seconds that are really waited where the network is slow; then the wait is over, however long it was to be
_LOCAL = (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104 - compared, not bound
_FAMILIES = (socket.AF_INET, socket.AF_INET6)


class _Ports:
    """What is known of the ports that this process has used."""

    def __init__(self) -> None:
        self.treatment = "free"
        self.installed = False
        self.connected: set[int] = set()
        self.read: dict[int, str] = {}  # the treatment under which its number was read

    def refuses(self, port: int, *, reused: bool) -> bool:
        """Whether a port cannot be bound now."""
        lingers = self.treatment == "lingering" and port in self.connected and not reused
        return lingers or self.treatment == "occupied" or self.read.get(port) == "taken"


_PORTS = _Ports()


class _Pieces:
    """What this process has sent to itself and not yet received: the sizes of the pieces, by the two ends of a connection."""

    def __init__(self) -> None:
        self._sizes: dict[tuple[Any, Any], list[int]] = {}

    def sent(self, one: Any, size: int) -> None:
        ends = _ends(one)
        if ends is not None and size > 0:
            self._sizes.setdefault(ends, []).append(size)

    def not_sent(self, one: Any, size: int) -> None:
        """Take back what the system did not accept of the last piece."""
        sizes = self._sizes.get(_ends(one) or _NOWHERE)
        if sizes:
            sizes[-1] -= size
            if sizes[-1] <= 0:
                sizes.pop()

    def next(self, one: Any) -> int:
        """Return the size of the piece that is received next, 0 if it is not known."""
        sizes = self._coming(one)
        return sizes[0] if sizes else 0

    def received(self, one: Any, size: int) -> None:
        sizes = self._coming(one)
        while sizes and size > 0:
            taken = min(size, sizes[0])
            size, sizes[0] = size - taken, sizes[0] - taken
            if sizes[0] <= 0:
                sizes.pop(0)

    def _coming(self, one: Any) -> list[int]:
        own, other = _ends(one) or _NOWHERE
        return self._sizes.get((other, own), [])


_NOWHERE = None, None
_PIECES = _Pieces()


def _ends(one: Any) -> tuple[Any, Any] | None:
    """Return the addresses of a connection, its own first."""
    if one.type != socket.SOCK_STREAM or one.family not in _FAMILIES:
        return None
    try:
        return _getsockname(one)[:2], _getpeername(one)[:2]
    except OSError:  # not connected, or closed
        return None


def treat_ports(what: str) -> Callable[[], None]:
    """Treat ports in one of the ways above; returns what undoes it."""
    if not _PORTS.installed:
        _PORTS.installed = True
        for name, function in _REPLACED.items():
            setattr(_Socket, name, function)
        socket.getaddrinfo = _resolved
    before, _PORTS.treatment = _PORTS.treatment, what

    def undo() -> None:
        _PORTS.treatment = before

    return undo


def _noted_bind(self: Any, address: Any) -> None:
    port = _port_of(self, address)
    if port and _PORTS.refuses(port, reused=bool(self.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR))):
        raise OSError(errno.EADDRINUSE, strerror(errno.EADDRINUSE))
    if port and _PORTS.treatment == "free":
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    _bind(self, address)


def _noted_accept(self: Any) -> Any:
    result = _accept(self)
    _PORTS.connected.add(_port_of(self, _getsockname(self)))
    return result


def _noted_name(self: Any) -> Any:
    address = _getsockname(self)
    port = _port_of(self, address)
    if port:
        _PORTS.read[port] = _PORTS.treatment
    return address


def _connected(self: Any, address: Any) -> None:
    if _port_of(self, address):
        if _PORTS.treatment == "refused" or (_PORTS.treatment == "alone" and not _is_here(address[0])):
            raise ConnectionRefusedError(errno.ECONNREFUSED, strerror(errno.ECONNREFUSED))
        if _PORTS.treatment == "slow":
            _wait_in_vain(self)
    _connect(self, address)


def _is_here(host: Any) -> bool:
    return host in _LOCAL or (type(host) is str and host.startswith("127."))


def _resolved(host: Any, *args: Any, **kwargs: Any) -> Any:
    if _PORTS.treatment == "unresolved" and host not in _LOCAL:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _getaddrinfo(host, *args, **kwargs)


def _noted_send(self: Any, data: Any, *flags: int) -> int:
    size = memoryview(data).nbytes
    _PIECES.sent(self, size)
    accepted = 0
    try:
        accepted = _send(self, data, *flags)
    finally:
        _PIECES.not_sent(self, size - accepted)
    return accepted


def _noted_sendall(self: Any, data: Any, *flags: int) -> None:
    _PIECES.sent(self, memoryview(data).nbytes)
    _sendall(self, data, *flags)


def _received_into(self: Any, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
    _break_off(self)
    size = _recv_into(self, buffer, nbytes, flags)
    if not flags:
        _PIECES.received(self, size)
    return size


def _break_off(one: Any) -> None:
    if one.type == socket.SOCK_STREAM and one.family in _FAMILIES:
        if _PORTS.treatment == "reset":
            raise ConnectionResetError(errno.ECONNRESET, strerror(errno.ECONNRESET))
        if _PORTS.treatment == "slow":
            _wait_in_vain(one)


def _wait_in_vain(one: Any) -> None:
    """Where somebody waits with a limit, it is reached; whoever waits without one waits a while."""
    limit = one.gettimeout()
    if limit == 0:
        return  # an event loop waits, and not in here
    _sleep(PATIENCE if limit is None else min(limit, PATIENCE))
    if limit is not None:
        raise TimeoutError("timed out")


def _noted_recv(self: Any, size: int, flags: int = 0) -> bytes:
    _break_off(self)
    if flags or self.type != socket.SOCK_STREAM or self.family not in _FAMILIES:
        return _recv(self, size, flags)
    received = _treated_recv(self, size)
    _PIECES.received(self, len(received))
    return received


def _treated_recv(self: Any, size: int) -> bytes:
    if _PORTS.treatment == "sends":
        _recv(self, size, socket.MSG_PEEK)  # until something is there; what it belongs to is known then
        return _recv(self, min(size, _PIECES.next(self) or size))
    if _PORTS.treatment in ("short", "segments"):
        there = len(_recv(self, size, socket.MSG_PEEK))
        if _PORTS.treatment == "short" or there > SEGMENT:
            return _recv(self, max(1, there // 2))
    if _PORTS.treatment == "whole" and self.gettimeout() != 0:
        _await_rest(self, size)
    return _recv(self, size)


def _await_rest(one: Any, size: int) -> None:
    """Wait until all that was asked for is there, or nothing more has come for a while."""
    there, since = len(_recv(one, size, socket.MSG_PEEK)), _monotonic()
    while 0 < there < size and _monotonic() - since < QUIET:
        _sleep(QUIET / 10)
        now = len(_recv(one, size, socket.MSG_PEEK))
        there, since = (now, _monotonic()) if now > there else (there, since)


_REPLACED = {
    "bind": _noted_bind, "accept": _noted_accept, "getsockname": _noted_name, "connect": _connected, "recv": _noted_recv,
    "recv_into": _received_into, "send": _noted_send, "sendall": _noted_sendall,
}  # fmt: skip


def _port_of(one: Any, address: Any) -> int:
    known = one.family in _FAMILIES and type(address) is tuple and len(address) > 1 and type(address[1]) is int
    return int(address[1]) if known else 0
