from bikeshare.fleet import Fleet
from bikeshare.model import Dock, DockFull, Ride
from bikeshare.registry import Registry

__all__ = ["Dock", "DockFull", "Fleet", "Registry", "Ride"]
