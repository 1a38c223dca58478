from guestlist.models import Guest, Invitation
from guestlist.registry import AlreadyArrived, Registry, UnknownCode

__all__ = ["AlreadyArrived", "Guest", "Invitation", "Registry", "UnknownCode"]
