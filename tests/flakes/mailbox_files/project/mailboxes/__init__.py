import uuid


class Mailboxes:
    """A file for every address."""

    def __init__(self, folder):
        self.folder = folder
        self.key = uuid.uuid4().hex
        self._files = {}

    def path(self, address):
        return self.folder / f"{address}.txt"

    def deliver(self, address, text):
        if address not in self._files:
            self._files[address] = open(self.path(address), "a", encoding="utf-8")  # CAUSE
        self._files[address].write(text)
        self._files[address].flush()

    def count(self):
        return len(self._files)
