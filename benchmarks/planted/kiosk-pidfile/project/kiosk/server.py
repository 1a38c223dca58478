import os
import socket
import sys
import time
from pathlib import Path


def write_runfile(path, listener):
    with open(path, "w") as handle:
        handle.write(f"pid={os.getpid()}\n")
        host, port = listener.getsockname()
        listener.listen(4)
        warm_up()
        handle.write(f"address={host}:{port}\n")


def warm_up(pages=40):
    catalogue = {}
    for number in range(pages):
        catalogue[number] = sorted(str(n)[::-1] for n in range(number * 6))
    time.sleep(0.004)
    return catalogue


def serve(path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        write_runfile(path, listener)
        while True:
            connection, _ = listener.accept()
            with connection:
                if connection.recv(64).strip() == b"quit":
                    break
                connection.sendall(b"open\n")
    Path(path).unlink()


if __name__ == "__main__":
    serve(sys.argv[1])
