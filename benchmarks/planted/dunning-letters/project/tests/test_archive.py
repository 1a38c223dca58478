import os
import zipfile
from pathlib import Path

from dunning.outbox import Outbox


def test_pack_into_the_working_directory(tmp_path):
    os.chdir(tmp_path)
    outbox = Outbox(Path("out"))
    for invoice in ("2023-118", "2023-119"):
        (outbox.root / f"{invoice}-final.txt").write_text("Pay now.")
    assert outbox.pack(Path("letters.zip")) == 2
    assert zipfile.ZipFile("letters.zip").namelist() == ["2023-118-final.txt", "2023-119-final.txt"]


def test_pack_nothing(tmp_path):
    assert Outbox(tmp_path / "empty").pack(tmp_path / "empty.zip") == 0
