from scanroom.intake import Intake
from scanroom.station import run_stations

__all__ = ["Intake", "run_stations"]
