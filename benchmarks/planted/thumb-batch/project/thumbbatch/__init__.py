from thumbbatch.images import Picture
from thumbbatch.plan import Plan, plan

__all__ = ["Picture", "Plan", "plan"]
