from .vectors import Vector, angle_between

__all__ = ["Vector", "angle_between"]
