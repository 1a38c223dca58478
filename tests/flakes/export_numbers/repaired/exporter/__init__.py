import json
import uuid
from pathlib import Path

STATE = Path("export-state.json")


class Exporter:
    """Hands out numbers to documents, and remembers the last one."""

    def __init__(self, state=STATE):
        self.state = state
        self.run = uuid.uuid4().hex

    def last(self):
        return json.loads(self.state.read_text())["last"] if self.state.exists() else 0

    def export(self, documents):
        start = self.last() + 1
        numbered = {number: name for number, name in enumerate(documents, start)}
        self._remember(start + len(documents) - 1)
        return numbered

    def _remember(self, number):
        self.state.write_text(json.dumps({"last": number, "run": self.run}))
