from __future__ import annotations

import enum
import time
import uuid
from dataclasses import dataclass, field


class Severity(enum.IntEnum):
    INFO = 1
    WARNING = 2
    CRITICAL = 3


@dataclass(eq=False)
class Alert:
    source: str
    severity: Severity
    text: str
    raised: float = field(default_factory=time.time)
    ref: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    @classmethod
    def parse(cls, line: str) -> Alert:
        source, severity, text = (part.strip() for part in line.split("|", 2))
        return cls(source, Severity[severity.upper()], text)

    def __str__(self) -> str:
        return f"[{self.severity.name}] {self.source}: {self.text} ({self.ref})"
