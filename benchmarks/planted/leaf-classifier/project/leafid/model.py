from __future__ import annotations

import numpy as np

from leafid.dataset import Dataset


class NearestCentroid:
    def __init__(self) -> None:
        self.names: list[str] = []
        self.centroids = np.empty((0, 0))

    def fit(self, data: Dataset) -> NearestCentroid:
        self.names = data.classes
        self.centroids = np.array([data.features[data.labels == name].mean(axis=0) for name in self.names])
        return self

    def predict(self, features: np.ndarray) -> np.ndarray:
        distances = np.linalg.norm(features[:, None, :] - self.centroids[None, :, :], axis=2)
        return np.array(self.names)[distances.argmin(axis=1)]
