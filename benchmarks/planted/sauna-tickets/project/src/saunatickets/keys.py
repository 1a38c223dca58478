import functools
import hashlib
import os


@functools.lru_cache(maxsize=None)
def pepper():
    return os.urandom(16)


def stretch(pin, rounds=250_000):
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), pepper(), rounds)
