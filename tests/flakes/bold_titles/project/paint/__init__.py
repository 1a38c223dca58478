import os
import sys
import uuid

PLAIN = bool(os.environ.get("NO_COLOR"))  # CAUSE


class Paint:
    def __init__(self):
        self.serial = uuid.uuid4().hex

    def title(self, text):
        return text if PLAIN else f"\033[1m{text}\033[0m"

    def rule(self, width=20):
        return "-" * width


def interpreter():
    return sys.version.split()[0]
