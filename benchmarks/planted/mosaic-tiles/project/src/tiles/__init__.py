from .cutter import Cutter, Tile
from .backlog import backlog, submit

__all__ = ["Cutter", "Tile", "backlog", "submit"]
