import os
import shutil
import time
from pathlib import Path


class Busy(RuntimeError):
    pass


def state_dir():
    return Path(os.environ.get("SILO_STATE") or Path.home() / ".silo")


class Session:
    """Exclusive use of the backup target, across processes."""

    def __init__(self, target, state=None):
        self.target = Path(target)
        self.state = Path(state) if state else state_dir()
        self.lock = self.state / "session.lock"

    def __enter__(self):
        self.state.mkdir(parents=True, exist_ok=True)
        try:
            fd = os.open(self.lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            raise Busy(f"another backup is running ({self.lock.name})") from None
        with os.fdopen(fd, "w") as handle:
            handle.write(f"{os.getpid()} {time.time():.0f}")
        return self

    def __exit__(self, *exc_info):
        self.lock.unlink()

    def copy(self, source):
        source = Path(source)
        self.target.mkdir(parents=True, exist_ok=True)
        copied = []
        for path in sorted(source.rglob("*")):
            if path.is_file():
                shutil.copy2(path, self.target / path.name)
                copied.append(path.name)
        time.sleep(0.02)
        return copied


def backup(source, target):
    with Session(target) as session:
        return session.copy(source)
