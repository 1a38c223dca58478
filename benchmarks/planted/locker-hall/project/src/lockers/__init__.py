from lockers.badges import BadgeOffice, UnknownBadge
from lockers.hall import Hall, HallFull, Locker

__all__ = ["BadgeOffice", "Hall", "HallFull", "Locker", "UnknownBadge"]
