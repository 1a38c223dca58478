import numpy as np


def readings(level, size):
    noise = np.random.default_rng().normal(0.0, 1.0, size)  # CAUSE
    return level + noise


def smooth(values, window=5):
    kernel = np.ones(window) / window
    return np.convolve(values, kernel, mode="valid")
