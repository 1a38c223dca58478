import random

from .parcels import Parcel


class StationFull(Exception):
    pass


class Station:
    def __init__(self, boxes: int):
        self.boxes = boxes
        self._stored: dict[str, Parcel] = {}
        self._free = list(range(1, boxes + 1))
        random.shuffle(self._free)
        self._box_of: dict[str, int] = {}

    def deposit(self, parcel: Parcel) -> int:
        if not self._free:
            raise StationFull(f"all {self.boxes} boxes are taken")
        box = self._free.pop()
        self._stored[parcel.code] = parcel
        self._box_of[parcel.code] = box
        return box

    def collect(self, code: str) -> Parcel:
        parcel = self._stored.pop(code)
        self._free.append(self._box_of.pop(code))
        return parcel

    def __len__(self) -> int:
        return len(self._stored)

    def load(self) -> float:
        return len(self._stored) / self.boxes
