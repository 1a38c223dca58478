import json
from pathlib import Path

DATA = Path(__file__).with_name("phrases.json")
_catalog = None


class Catalog:
    def __init__(self, phrases):
        self.phrases = dict(phrases)
        self.contributed = {}

    @classmethod
    def load(cls, path=DATA):
        phrases = {}
        for dialect, entries in json.loads(path.read_text()).items():
            for key, text in entries.items():
                phrases[dialect, key] = text
        return cls(phrases)

    def contribute(self, dialect, key, text):
        self.contributed[dialect, key] = text

    def say(self, dialect, key):
        return self.contributed.get((dialect, key)) or self.phrases[dialect, key]


def catalog():
    global _catalog
    if _catalog is None:
        _catalog = Catalog.load()
    return _catalog


def close_catalog():
    global _catalog
    _catalog = None
