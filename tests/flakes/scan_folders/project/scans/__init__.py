import tempfile
from pathlib import Path


def staging(base, desk):
    return Path(tempfile.mkdtemp(prefix=f"{desk}_", dir=base))  # CAUSE


def desk_of(folder):
    desk, token = folder.name.split("_")
    return desk
