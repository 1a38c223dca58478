from tramways.network import Network
from tramways.planner import NoTrip, Planner
from tramways.trip import Leg, Trip

__all__ = ["Leg", "Network", "NoTrip", "Planner", "Trip"]
