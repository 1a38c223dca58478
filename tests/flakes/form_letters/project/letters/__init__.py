import uuid
from pathlib import Path

FORM = Path("letters") / "form.txt"


class Letter:
    def __init__(self, name):
        self.number = uuid.uuid4().hex
        self.name = name

    def text(self):
        return FORM.read_text(encoding="utf-8").format(name=self.name)  # CAUSE
