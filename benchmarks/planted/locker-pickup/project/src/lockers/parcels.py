import secrets
import string
from dataclasses import dataclass, field

LETTERS = "".join(c for c in string.ascii_uppercase if c not in "IO")


def pickup_code(length: int = 2) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


@dataclass
class Parcel:
    recipient: str
    weight_g: int
    code: str = field(default_factory=pickup_code)
    size: str = "M"

    @property
    def label(self) -> str:
        return f"{self.recipient} [{self.code}]"
