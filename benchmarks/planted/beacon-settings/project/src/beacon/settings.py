import configparser
from pathlib import Path

DEFAULTS = {"lamp": {"period": "5", "sectors": "white", "range": "12"}}


class Settings:
    def __init__(self, parser):
        self._parser = parser

    @classmethod
    def load(cls, folder):
        parser = configparser.ConfigParser()
        parser.read_dict(DEFAULTS)
        folder = Path(folder)
        fragments = folder.glob("*.ini")
        parser.read(fragments)
        return cls(parser)

    @property
    def period(self):
        return self._parser.getfloat("lamp", "period")

    @property
    def sectors(self):
        return tuple(self._parser.get("lamp", "sectors").split())

    @property
    def range(self):
        return self._parser.getint("lamp", "range")

    def describe(self):
        code = {"white": "W", "red": "R", "green": "G"}
        letters = "".join(code[s] for s in self.sectors)
        return f"Fl {letters} {self.period:g}s {self.range}M"
