import tempfile
from pathlib import Path


def staging(base, desk):
    return Path(tempfile.mkdtemp(prefix=f"{desk}_", dir=base))


def desk_of(folder):
    desk, _ = folder.name.split("_", 1)
    return desk
