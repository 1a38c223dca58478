import time
from pathlib import Path


class Database:
    def __init__(self):
        self.applied = []
        self.log = []

    def apply(self, script):
        self.log.append((time.time(), script.name))
        self.applied.append(script.stem.split("_")[0])


def upgrade(database, folder):
    scripts = sorted(entry for entry in Path(folder).iterdir() if entry.suffix == ".sql")
    for script in scripts:
        if script.stem.split("_")[0] not in database.applied:
            database.apply(script)
    return database.applied[-1] if database.applied else None
