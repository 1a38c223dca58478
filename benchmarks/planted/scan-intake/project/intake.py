import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Batch(NamedTuple):
    station: str
    token: str
    pages: int


@contextmanager
def staging_area(station, base=None):
    path = Path(tempfile.mkdtemp(prefix=f"{station}_", dir=base))
    try:
        yield path
    finally:
        shutil.rmtree(path)


def describe(folder):
    station, token = folder.name.split("_")
    pages = sum(1 for p in folder.iterdir() if p.suffix == ".pbm")
    return Batch(station, token, pages)


def store_page(folder, number, pixels):
    rows = "\n".join(" ".join(str(int(p)) for p in row) for row in pixels)
    target = folder / f"page{number:03}.pbm"
    target.write_text(f"P1\n{len(pixels[0])} {len(pixels)}\n{rows}\n")
    return target
