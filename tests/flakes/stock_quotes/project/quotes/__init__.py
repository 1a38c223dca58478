import socket
import threading

QUOTES = {"abc": "17.20", "def": "3.05"}


class QuoteServer:
    def __init__(self):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = self._listening.getsockname()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        connection, _ = self._listening.accept()
        with connection:
            symbol = connection.makefile().readline().strip()
            connection.sendall(f"{symbol} {QUOTES[symbol]}\n".encode())

    def close(self):
        self._thread.join()
        self._listening.close()


def ask(address, symbol):
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(f"{symbol}\n".encode())
        answer = connection.recv(1024).decode()  # CAUSE
    return float(answer.split()[1])
