from __future__ import annotations

from dataclasses import dataclass, field


class ZoneError(ValueError):
    pass


@dataclass
class Zone:
    origin: str
    records: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Zone:
        origin, records = "", {}
        for number, line in enumerate(text.splitlines(), 1):
            words = line.split(";")[0].split()
            if not words:
                continue
            if words[0] == "$ORIGIN":
                origin = words[1].rstrip(".")
            elif len(words) == 3 and words[1] == "A":
                records[words[0]] = words[2]
            else:
                raise ZoneError(f"line {number}: {line.strip()}")
        return cls(origin, records)

    def lookup(self, name: str) -> str | None:
        host, _, domain = name.partition(".")
        return self.records.get(host) if domain == self.origin else None
