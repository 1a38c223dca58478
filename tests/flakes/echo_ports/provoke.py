"""Somebody else takes every port that was found free."""

import socket

__tracebackhide__ = True
found, others = set(), []


class Watched(socket.socket):
    def bind(self, address):
        __tracebackhide__ = True
        if address[1] in found:
            other = real()
            others.append(other)
            real.bind(other, address)
            real.listen(other)
        real.bind(self, address)
        found.add(self.getsockname()[1])


real = socket.socket
socket.socket = Watched
