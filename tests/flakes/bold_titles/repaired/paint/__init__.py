import sys
import uuid


class Paint:
    def __init__(self, plain=False):
        self.plain = plain
        self.serial = uuid.uuid4().hex

    def title(self, text):
        return text if self.plain else f"\033[1m{text}\033[0m"

    def rule(self, width=20):
        return "-" * width


def interpreter():
    return sys.version.split()[0]
