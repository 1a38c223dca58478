import base64
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path


def new_code(nbytes=12):
    return base64.b64encode(os.urandom(nbytes)).decode()


@dataclass
class Stub:
    code: str
    seat: str

    @property
    def filename(self):
        return f"{self.code}.stub"


class StubBox:
    def __init__(self, folder, codes=new_code):
        self.folder = Path(folder)
        self.codes = codes
        self.folder.mkdir(exist_ok=True)

    def issue(self, seat):
        stub = Stub(self.codes(), seat)
        (self.folder / stub.filename).write_text(stub.seat)
        return stub

    def seat_of(self, code):
        return (self.folder / f"{code}.stub").read_text()

    def redeem(self, stub):
        (self.folder / stub.filename).unlink()

    def open_seats(self, hall):
        taken = {p.read_text() for p in self.folder.glob("*.stub")}
        return [seat for seat in hall if seat not in taken]


short_code = partial(new_code, 6)
