from hearth.bus import Bus, Event
from hearth.history import History
from hearth.scenes import Scene, SceneRunner

__all__ = ["Bus", "Event", "History", "Scene", "SceneRunner"]
