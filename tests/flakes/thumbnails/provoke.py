"""Shrinking a picture, and removing a folder, take as long as on a machine that has other things to do."""

import os
import time
import zlib

COMPRESS, RMDIR = zlib.compress, os.rmdir


def compress_slowly(*args):
    time.sleep(0.02)
    return COMPRESS(*args)


def remove_slowly(*args, **kwargs):
    time.sleep(0.05)
    return RMDIR(*args, **kwargs)


zlib.compress, os.rmdir = compress_slowly, remove_slowly
