from __future__ import annotations

import random
from dataclasses import dataclass, field

from hearth.bus import Bus, Event


@dataclass(frozen=True)
class Scene:
    name: str
    lights: dict[str, str] = field(default_factory=dict)


class SceneRunner:
    def __init__(self, bus: Bus, scenes: list[Scene]):
        self.bus = bus
        self.scenes = {scene.name: scene for scene in scenes}
        self.active: str | None = None
        bus.listen("scene", self._on_scene)

    async def _on_scene(self, event: Event) -> None:
        scene = self.scenes[event.data["name"]]
        self.active = scene.name
        for light, value in scene.lights.items():
            self.bus.fire("state_changed", entity=light, value=value)

    def surprise(self) -> str:
        return random.choice(sorted(self.scenes))
