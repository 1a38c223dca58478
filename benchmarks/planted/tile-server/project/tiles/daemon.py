import os
import pathlib
import signal
import sys

from tiles.grid import pyramid


def main(root, depth):
    tiles = list(pyramid(depth))
    status = pathlib.Path(root, "status")
    part = status.with_suffix(".part")
    part.write_text(f"pid={os.getpid()}\ntiles={len(tiles)}\n")
    part.replace(status)
    signal.pause()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
