from dataclasses import dataclass, field


@dataclass
class Hold:
    capacity: int
    lots: list[str] = field(default_factory=list)
    used: int = 0

    def fits(self, tonnes: int) -> bool:
        return self.used + tonnes <= self.capacity

    def load(self, lot: str, tonnes: int) -> None:
        if not self.fits(tonnes):
            raise OverflowError(lot)
        self.lots.append(lot)
        self.used += tonnes


def read_bookings(text):
    """Bookings arrive several times when the harbour resends its list."""
    rows = (line.split() for line in text.splitlines() if line.strip())
    return {(lot, int(tonnes)) for lot, tonnes in rows}
