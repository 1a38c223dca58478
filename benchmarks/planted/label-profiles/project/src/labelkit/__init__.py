from labelkit.layout import Label, place
from labelkit.profiles import load

__all__ = ["Label", "load", "place"]
