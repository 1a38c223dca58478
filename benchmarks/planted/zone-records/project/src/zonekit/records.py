from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

from zonekit.names import absolute, labels
from zonekit.txt import from_rdata, to_rdata


@dataclass(frozen=True)
class Record:
    name: str
    kind: str
    rdata: str
    ttl: int = 3600

    def line(self) -> str:
        return f"{self.name}\t{self.ttl}\tIN\t{self.kind}\t{self.rdata}"


@dataclass
class Zone:
    origin: str
    serial: int = field(default_factory=lambda: int(time.time()))
    records: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        labels(self.origin)

    def add(self, name: str, kind: str, rdata: str, ttl: int = 3600) -> Record:
        record = Record(absolute(name, self.origin), kind, rdata, ttl)
        self.records.append(record)
        self.serial += 1
        return record

    def add_text(self, name: str, value: str) -> Record:
        return self.add(name, "TXT", to_rdata(value), ttl=300 + random.randrange(30))

    def text(self, name: str) -> str:
        wanted = absolute(name, self.origin)
        for record in self.records:
            if record.kind == "TXT" and record.name == wanted:
                return from_rdata(record.rdata)
        raise LookupError(wanted)

    def addresses(self, name: str) -> list[str]:
        found = [r.rdata for r in self.records if r.kind == "A" and r.name == absolute(name, self.origin)]
        random.shuffle(found)
        return found
