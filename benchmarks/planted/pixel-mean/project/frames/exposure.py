import numpy as np


class Exposure:
    def __init__(self, frames):
        self.frames = np.asarray(frames, dtype=np.float32)

    def level(self):
        return self.frames.mean()

    def rows(self):
        return self.frames.mean(axis=1)

    def stretched(self):
        low, high = self.frames.min(), self.frames.max()
        return (self.frames - low) / (high - low)


def dithered(exposure, rng=None):
    """The same pixels in another order, as the sensor reads them out."""
    rng = rng or np.random.default_rng()
    flat = rng.permutation(exposure.frames.ravel())
    return Exposure(flat.reshape(exposure.frames.shape))
