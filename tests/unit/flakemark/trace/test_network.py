"""What may happen to a port between two uses of it; in processes of their own, since the class of sockets is changed."""

from __future__ import annotations

import subprocess
import sys
import textwrap

BEFORE = """
import errno, socket, sys
from flakemark.trace.network import treat_ports

def bound(port, reuse=False):
    one = socket.socket()
    if reuse:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind(("127.0.0.1", port))
        return "bound"
    except OSError as error:
        return errno.errorcode[error.errno]
    finally:
        one.close()

def connected():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        server.accept()[0].close()
        return server.getsockname()[1]

def found():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
"""


def run(program: str) -> str:
    command = [sys.executable, "-c", BEFORE + textwrap.dedent(program)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def test_a_port_lingers_after_connections_unless_it_is_reused() -> None:
    program = """
        treat_ports("lingering")
        port = connected()
        print(bound(port), bound(port, reuse=True), bound(found()), bound(0))
    """
    assert run(program) == "EADDRINUSE bound bound bound"


def test_a_port_that_is_free_can_be_bound_although_the_system_lets_it_linger() -> None:
    assert run('treat_ports("free"); print(bound(connected()))') == "bound"


def test_a_port_that_was_found_free_is_taken_and_no_other_is() -> None:
    program = """
        treat_ports("free")
        kept = found()
        undo = treat_ports("taken")
        lost = found()
        undo()
        print(bound(kept), bound(lost), bound(lost, reuse=True))
    """
    assert run(program) == "bound EADDRINUSE EADDRINUSE"


def test_sockets_of_other_families_are_left_alone() -> None:
    program = """
        treat_ports("taken")
        one, other = socket.socketpair()
        print(repr(one.getsockname()))
        one.close(); other.close()
    """
    assert run(program) in ("''", "b''")


def test_what_arrives_comes_in_halves_and_nothing_is_lost() -> None:
    program = """
        def received(treatment):
            undo = treat_ports(treatment)
            with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
                other, _ = server.accept()
                other.sendall(b"12345678")
                other.close()
                parts = []
                while part := client.recv(1024):
                    parts.append(part)
            undo()
            return b" ".join(parts).decode()
        print(received("short"), "|", received("free"))
    """
    assert run(program) == "1234 56 7 8 | 12345678"


def test_a_port_that_is_asked_for_by_its_number_can_belong_to_somebody_else() -> None:
    assert run('port = found(); treat_ports("occupied"); print(bound(port), bound(0))') == "EADDRINUSE bound"


RECEIVED = """
import threading, time
from flakemark.trace.network import treat_ports

def received(what, parts, size):
    treat_ports(what)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as ours:
        theirs = server.accept()[0]
        theirs.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        theirs.sendall(parts[0])
        if len(parts) > 1:
            threading.Timer(0.01, theirs.sendall, [parts[1]]).start()
        else:
            time.sleep(0.05)
        found = len(ours.recv(size))
        theirs.close()
        return found
"""


def received(program: str) -> str:
    return run(f"{RECEIVED}\nprint({program})")


def test_only_what_is_longer_than_a_packet_comes_in_parts() -> None:
    assert received("received('segments', [b'x' * 100], 100), received('segments', [b'x' * 4000], 4000)") == "100 2000"


def test_in_parts_even_short_messages_are_cut() -> None:
    assert received("received('short', [b'x' * 100], 100), received('short', [b'x'], 1)") == "50 1"


PIECES = """
import socket, sys
from flakemark.trace.network import treat_ports
undo = treat_ports("sends")
listener = socket.create_server(("127.0.0.1", 0))
one = socket.create_connection(listener.getsockname())
other, _ = listener.accept()
"""


def in_pieces(program: str) -> str:
    return run(PIECES + program)


def test_what_was_sent_piece_by_piece_is_received_piece_by_piece() -> None:
    sent = "one.send(b'abc'); one.sendall(b'defgh'); one.sendall(memoryview(b'ijkl').cast('H')); "
    assert in_pieces(f"{sent}print(*(other.recv(100) for _ in range(3)))") == "b'abc' b'defgh' b'ijkl'"
    assert in_pieces(f"{sent}print(*(other.recv(4) for _ in range(4)))") == "b'abc' b'defg' b'h' b'ijkl'"


def test_pieces_are_counted_whatever_receives_them() -> None:
    sent = "one.sendall(b'a\\nbc'); one.sendall(b'defgh'); one.sendall(b'ij'); "
    assert in_pieces(f"{sent}print(other.recv_into(bytearray(6)), other.recv(100), other.recv(100))") == "6 b'fgh' b'ij'"
    assert in_pieces(f"{sent}undo(); print(other.recv(5)); treat_ports('sends'); print(other.recv(100))") == "b'a\\nbcd'\nb'efgh'"


def test_pieces_have_directions_and_connections_of_their_own() -> None:
    both = "one.sendall(b'abc'); other.sendall(b'de'); one.sendall(b'f'); print(one.recv(9), other.recv(9), other.recv(9))"
    assert in_pieces(both) == "b'de' b'abc' b'f'"


def test_what_another_process_sends_comes_as_it_comes() -> None:
    child = "import os\nif os.fork() == 0:\n    one.sendall(b'abc'); one.sendall(b'def'); os._exit(0)\nos.wait()\nprint(other.recv(9))"
    assert in_pieces(child) == "b'abcdef'"


def test_a_message_is_waited_for_as_a_whole() -> None:
    assert received("received('whole', [b'x' * 60, b'x' * 40], 100)") == "100"


def test_what_never_comes_is_not_waited_for_long() -> None:
    assert received("received('whole', [b'x' * 60], 100), received('whole', [b'x' * 60], 60)") == "60 60"


ASKED = """
import http.server, threading, urllib.request
from flakemark.trace.network import treat_ports

class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())
    def log_message(self, *args): pass
    def handle(self):
        try: super().handle()
        except ConnectionError: pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

def asked(what, host="127.0.0.1", limit=5):
    undo = treat_ports(what)
    try:
        with urllib.request.urlopen(f"http://{host}:{server.server_port}/x", timeout=limit) as answer:
            return answer.read().decode()
    except OSError as error:
        return type(getattr(error, "reason", error)).__name__
    finally:
        undo()
"""


def asked(*calls: str) -> list[str]:
    return run(ASKED + "\n" + "\n".join(f"print(asked({call}))" for call in calls)).splitlines()


def test_connections_are_refused_and_names_unknown_until_the_network_is_there_again() -> None:
    found = asked("'refused'", "'unresolved', 'no-such-host.example'", "'unresolved'", "'reachable'")
    assert found == ["ConnectionRefusedError", "gaierror", "/x", "/x"]


def test_only_other_machines_are_gone() -> None:
    assert asked("'alone'", "'alone', '192.0.2.1'") == ["/x", "ConnectionRefusedError"]


def test_connections_break_off_when_something_is_received() -> None:
    broken, after = asked("'reset'", "'reachable'")
    assert broken in ("ConnectionResetError", "RemoteDisconnected")
    assert after == "/x"


def test_who_waits_with_a_limit_waits_in_vain_where_the_network_is_slow() -> None:
    assert asked("'slow', limit=0.05", "'slow', limit=60", "'reachable'") == ["TimeoutError", "TimeoutError", "/x"]
