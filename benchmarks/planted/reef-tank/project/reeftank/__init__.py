from reeftank.controller import Controller
from reeftank.water import Tank

__all__ = ["Controller", "Tank"]
