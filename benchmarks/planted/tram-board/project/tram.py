"""Departure board of a tram stop: asks the control room, shows what it says."""
import random
import socket
import socketserver
import struct
import threading
import time

HEAD = struct.Struct("!H")


class ControlRoom(socketserver.BaseRequestHandler):
    departures = {"Plaza": ["4 Harbour", "9 Zoo"], "Depot": []}
    lookup = 0.15

    def handle(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while name := self.request.recv(64):
            rows = [f"{row}\n".encode() for row in self.departures.get(name.decode(), [])]
            self.request.sendall(HEAD.pack(sum(map(len, rows))))
            for row in rows:
                if random.random() < self.lookup:
                    time.sleep(0.002)
                self.request.sendall(row)


class Board:
    def __init__(self, address):
        self._sock = socket.create_connection(address, timeout=1)

    def show(self, stop):
        self._sock.sendall(stop.encode())
        packet = self._sock.recv(2048)
        (size,) = HEAD.unpack_from(packet)
        return packet[HEAD.size:HEAD.size + size].decode().splitlines()

    def close(self):
        self._sock.close()


def control_room():
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), ControlRoom)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server
