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
        self._files[address] = self.path(address)
        with open(self.path(address), "a", encoding="utf-8") as file:
            file.write(text)

    def count(self):
        return len(self._files)
