import json
import os
import pathlib
import tempfile


def store_path(kind="plants"):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    suffix = f"-{worker}" if worker else ""
    return pathlib.Path(tempfile.gettempdir()) / f"vault-{os.getuid()}" / f"{kind}{suffix}.json"


class Vault:
    def __init__(self, path=None):
        self.path = path or store_path()

    def save(self, plants):
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(json.dumps(sorted(plants)), encoding="utf-8")

    def load(self):
        if not self.path.exists():
            return []
        return json.loads(self.path.read_text(encoding="utf-8"))

    def drop(self):
        self.path.unlink(missing_ok=True)
