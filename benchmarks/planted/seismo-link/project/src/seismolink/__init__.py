from seismolink.client import Client
from seismolink.station import Station

__all__ = ["Client", "Station"]
