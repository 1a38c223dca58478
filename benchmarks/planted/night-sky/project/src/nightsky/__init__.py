from nightsky.config import site
from nightsky.plan import Target, observable, plan

__all__ = ["Target", "observable", "plan", "site"]
