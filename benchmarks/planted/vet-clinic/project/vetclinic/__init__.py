from vetclinic.desk import Desk
from vetclinic.store import Visit, VisitStore

__all__ = ["Desk", "Visit", "VisitStore"]
