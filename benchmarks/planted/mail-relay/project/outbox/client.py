import socket
import time


class Undeliverable(Exception):
    pass


def with_backoff(call, *, retries=3, pause=0.005, errors=(ConnectionError,)):
    for attempt in range(retries + 1):
        try:
            return call()
        except errors as exc:
            last = exc
            if attempt < retries:
                time.sleep(pause * 2**attempt)
    raise Undeliverable(str(last)) from last


class Outbox:
    def __init__(self, address):
        self.address = address
        self.receipts = []

    def _handover(self, message):
        with socket.create_connection(self.address, timeout=2) as conn:
            conn.sendall(message.encode() + b"\n")
            return conn.makefile().readline().strip()

    def send(self, to, subject):
        message = f"{to}|{subject}"
        receipt = with_backoff(lambda: self._handover(message))
        self.receipts.append(receipt)
        return receipt
