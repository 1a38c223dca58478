import random
import string

CONFUSING = frozenset("0O1I")
ALPHABET = "".join(sorted(set(string.ascii_uppercase + string.digits) - CONFUSING))


def readable(length=4):
    """A code that a customer can read out on the phone."""
    letters = random.choices(ALPHABET, k=length)
    return "".join(letters)
