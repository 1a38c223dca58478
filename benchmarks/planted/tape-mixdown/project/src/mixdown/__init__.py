from mixdown.clips import Clip, tone
from mixdown.session import Mixdown

__all__ = ["Clip", "Mixdown", "tone"]
