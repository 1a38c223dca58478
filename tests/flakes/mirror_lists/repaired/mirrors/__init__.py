import json
from dataclasses import dataclass
from urllib.request import ProxyHandler, build_opener

DIRECT = build_opener(ProxyHandler({}))


@dataclass(frozen=True)
class Mirror:
    host: str
    country: str


def fetch(base):
    with DIRECT.open(f"{base}/mirrors.json", timeout=5) as answer:
        return [Mirror(**entry) for entry in json.load(answer)]


def near(mirrors, country):
    return [mirror.host for mirror in mirrors if mirror.country == country]
