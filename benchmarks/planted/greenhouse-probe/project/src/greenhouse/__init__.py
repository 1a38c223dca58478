from .climate import VentController
from .probe import FakeBus, Probe

__all__ = ["FakeBus", "Probe", "VentController"]
