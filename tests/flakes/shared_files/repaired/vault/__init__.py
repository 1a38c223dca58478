import os
import uuid
from pathlib import Path


class Vault:
    def __init__(self, folder):
        self.folder = Path(folder)

    def share(self, text):
        """Write a file that everybody may read."""
        path = self.folder / f"{uuid.uuid4().hex}.txt"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        path.chmod(0o644)
        return path


def readable(path):
    return bool(os.stat(path).st_mode & 0o004)
