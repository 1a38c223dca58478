"""Once, the connection is refused, as by a service that is just being restarted."""

import errno
import os
import socket

import pytest

connect = socket.socket.connect


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    if item.nodeid.endswith("test_the_warmest[names0-rome]"):
        socket.socket.connect = refuse
    return (yield)


def refuse(one, address):
    socket.socket.connect = connect
    raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
