from .parcels import Parcel
from .station import Station, StationFull

__all__ = ["Parcel", "Station", "StationFull"]
