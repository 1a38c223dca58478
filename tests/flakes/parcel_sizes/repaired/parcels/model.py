from dataclasses import dataclass


@dataclass(frozen=True)
class Parcel:
    width: int
    height: int
    label: str

    @property
    def area(self):
        return self.width * self.height


class Shelf:
    LIMIT = 100

    def __init__(self):
        self.parcels = []

    def put(self, parcel):
        if parcel.area > self.LIMIT:
            raise OverflowError(f"{parcel.label}: {parcel.area} > {self.LIMIT}")
        self.parcels.append(parcel)
