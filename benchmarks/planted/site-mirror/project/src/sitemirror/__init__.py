from sitemirror.manifest import Manifest
from sitemirror.mirror import Mirror

__all__ = ["Manifest", "Mirror"]
