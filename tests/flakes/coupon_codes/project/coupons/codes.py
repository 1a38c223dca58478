import random
import string

ALPHABET = string.ascii_uppercase + string.digits
CONFUSING = frozenset("0O1I")


def readable(length=4):
    """A code that a customer can read out on the phone."""
    letters = random.choices(ALPHABET, k=length)  # CAUSE
    return "".join(letters)
