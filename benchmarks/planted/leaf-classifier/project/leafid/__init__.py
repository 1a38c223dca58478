from leafid.dataset import Dataset
from leafid.model import NearestCentroid
from leafid.report import Report, evaluate

__all__ = ["Dataset", "NearestCentroid", "Report", "evaluate"]
