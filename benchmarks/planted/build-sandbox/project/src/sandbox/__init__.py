from sandbox.recipe import Recipe, Step
from sandbox.workspace import Workspace

__all__ = ["Recipe", "Step", "Workspace"]
