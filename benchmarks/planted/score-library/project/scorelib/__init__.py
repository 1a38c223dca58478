from scorelib.library import Library
from scorelib.score import Measure, Note, Part, Score

__all__ = ["Library", "Measure", "Note", "Part", "Score"]
