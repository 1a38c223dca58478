"""Place names and coordinates."""
from gazetteer.dms import format_dms, format_pair, parse_dms, parse_pair
from gazetteer.places import Gazetteer, Place

__all__ = ["Gazetteer", "Place", "format_dms", "format_pair", "parse_dms", "parse_pair"]
