from flagpole.flags import Flag, FlagSet
from flagpole.rollout import Rollout

__all__ = ["Flag", "FlagSet", "Rollout"]
