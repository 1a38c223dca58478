"""Once, the connection breaks off, as where a service is just being restarted."""

import errno
import os
import socket
import threading

import pytest

recv_into = socket.socket.recv_into


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    if item.nodeid.endswith("test_the_warmest[names0-rome]"):
        socket.socket.recv_into = break_off
    return (yield)


def break_off(one, *args):
    __tracebackhide__ = True  # the error is one of the line that receives, as a real one is
    if threading.current_thread() is not threading.main_thread():
        return recv_into(one, *args)  # the service's own end
    socket.socket.recv_into = recv_into
    raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
