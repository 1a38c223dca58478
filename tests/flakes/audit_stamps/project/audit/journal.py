import time
import uuid
from dataclasses import dataclass


@dataclass
class Entry:
    who: str
    what: str
    at: int
    key: str = ""

    def __post_init__(self):
        self.key = self.key or uuid.uuid4().hex


class Journal:
    def __init__(self, path):
        self.path = path
        self.entries = []

    def note(self, who, what):
        entry = Entry(who, what, at=int(time.time()))  # CAUSE
        self.entries.append(entry)
        with self.path.open("a") as stream:
            stream.write(f"{entry.key} {entry.at} {who} {what}\n")
        return entry
