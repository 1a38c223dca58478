from dataclasses import dataclass

import numpy as np

_rng = np.random.default_rng()


@dataclass
class Arm:
    name: str
    share: float
    plots: int = 0


class Trial:
    def __init__(self, **shares):
        self.arms = [Arm(name, share) for name, share in shares.items()]
        if not np.isclose(sum(shares.values()), 1.0):
            raise ValueError("shares must add up to one")

    def allocate(self, plots):
        weights = [arm.share for arm in self.arms]
        picks = _rng.choice(len(self.arms), size=plots, p=weights)
        for arm, count in zip(self.arms, np.bincount(picks, minlength=len(self.arms))):
            arm.plots += int(count)
        return self

    def observed(self, name):
        total = sum(arm.plots for arm in self.arms)
        return next(arm.plots for arm in self.arms if arm.name == name) / total


def yield_curve(trees, noise=0.1, seed=5):
    local = np.random.default_rng(seed)
    return np.linspace(20, 40, trees) + local.normal(0, noise, trees)
