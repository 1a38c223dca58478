from trackconv.convert import convert, summary
from trackconv.track import Point, Track

__all__ = ["Point", "Track", "convert", "summary"]
