import socket
from contextlib import ExitStack


def strokes(tower, hour):
    with socket.create_connection(("127.0.0.1", tower.port), timeout=2) as sock:
        sock.sendall(b"%d\n" % hour)
        with sock.makefile("rb") as answer:
            return answer.readline().count(b"dong")


def peal(towers, hour):
    """Ring every tower of the parish, and say how often each one struck."""
    with ExitStack() as stack:
        running = [stack.enter_context(tower) for tower in towers]
        return {number: strokes(tower, hour) for number, tower in enumerate(running)}
