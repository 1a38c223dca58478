from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Callable

from sandbox.workspace import Workspace


@dataclass(frozen=True)
class Step:
    output: str
    inputs: tuple[str, ...]
    make: Callable[..., str]


@dataclass
class Recipe:
    name: str
    steps: list[Step] = field(default_factory=list)

    def step(self, output: str, *inputs: str):
        def register(make: Callable[..., str]) -> Callable[..., str]:
            self.steps.append(Step(output, inputs, make))
            return make

        return register

    def run(self, root: Path, sources: dict[str, str]) -> Workspace:
        workspace = Workspace(root, self.name)
        for name, text in sources.items():
            workspace.write(name, text)
        for step in self.steps:
            texts = [workspace.artifacts[name].read() for name in step.inputs]
            workspace.write(step.output, step.make(*texts))
        return workspace


@dataclass
class Entry:
    name: str
    digest: str
    tokens: list[str]


def manifest(workspace: Workspace) -> str:
    entries = []
    for name, artifact in sorted(workspace.artifacts.items()):
        text = artifact.read()
        entries.append(Entry(name, hashlib.sha256(text.encode()).hexdigest(), sorted(set(text.split()))))
    return json.dumps([asdict(entry) for entry in entries], indent=1)
