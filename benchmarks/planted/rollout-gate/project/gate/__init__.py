from gate.rollout import Rollout

__all__ = ["Rollout"]
