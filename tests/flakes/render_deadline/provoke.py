"""A page takes as long as on a machine that has other things to do."""

import hashlib
import time

PBKDF2 = hashlib.pbkdf2_hmac


def slowly(*args):
    time.sleep(0.05)
    return PBKDF2(*args)


hashlib.pbkdf2_hmac = slowly
