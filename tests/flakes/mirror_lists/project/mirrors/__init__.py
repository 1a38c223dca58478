import json
from dataclasses import dataclass
from urllib.request import urlopen


@dataclass(frozen=True)
class Mirror:
    host: str
    country: str


def fetch(base):
    with urlopen(f"{base}/mirrors.json", timeout=5) as answer:  # CAUSE
        return [Mirror(**entry) for entry in json.load(answer)]


def near(mirrors, country):
    return [mirror.host for mirror in mirrors if mirror.country == country]
