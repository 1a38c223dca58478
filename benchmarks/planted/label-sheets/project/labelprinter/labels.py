from __future__ import annotations

import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Label:
    recipient: str
    lines: tuple[str, ...]
    ref: str = field(default_factory=lambda: uuid.uuid4().hex[:10])

    def zpl(self) -> str:
        """The label in the language of the printer."""
        fields = "".join(
            f"^FO40,{60 + 36 * row}^FD{text}^FS" for row, text in enumerate((self.recipient, *self.lines))
        )
        return f"^XA{fields}^BCN,80^FD{self.ref}^FS^XZ"

    @classmethod
    def parse(cls, text: str) -> Label:
        recipient, *lines = (line.strip() for line in text.strip().splitlines())
        return cls(recipient, tuple(lines))
