"""What comes in from elsewhere.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from flakemark.trace.known.source import NETWORK, Source, rows

_SOCKET = ("connect", "connect_ex", "recv", "recvfrom", "recv_into", "recvmsg", "send", "getsockname", "getpeername")

NETWORK_CALLS: dict[str, Source] = rows(NETWORK, (
    *(f"_socket.socket.{name}=socket.{name}" for name in _SOCKET),
    "socket.socket.accept=socket.accept", "socket.create_connection", "socket.getaddrinfo", "_socket.gethostbyname=socket.gethostbyname",
    "urllib.request.urlopen",
    *(f"http.client.HTTPConnection.{name}=HTTPConnection.{name}" for name in ("connect", "request", "getresponse")),
    "http.client.HTTPResponse.read=HTTPResponse.read",
    "asyncio.streams.open_connection=asyncio.open_connection", "asyncio.streams.StreamReader.read=StreamReader.read",
    *(f"requests.api.{name}=requests.{name}" for name in ("request", "get", "post", "put", "patch", "delete", "head")),
    *(f"requests.sessions.Session.{name}=requests.Session.{name}" for name in ("request", "get", "post", "put", "patch", "delete")),
    *(
        f"httpx._client.{client}.{name}=httpx.{client}.{name}"
        for client in ("Client", "AsyncClient") for name in ("request", "get", "post", "send")
    ),
    *(f"httpx.{name}" for name in ("request", "get", "post", "put", "patch", "delete", "head")),
))  # fmt: skip
