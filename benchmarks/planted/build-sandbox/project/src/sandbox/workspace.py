from __future__ import annotations

import shutil
import time
import weakref
from pathlib import Path


class Artifact:
    def __init__(self, workspace: Workspace, name: str):
        self.workspace = workspace
        self.name = name
        self.created = time.time()

    @property
    def path(self) -> Path:
        return self.workspace.folder / self.name

    def read(self) -> str:
        return self.path.read_text()


class Workspace:
    """The folder of a build. It is removed together with the workspace."""

    def __init__(self, root: Path, build: str):
        self.build = build
        self.folder = root / build
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        self.artifacts: dict[str, Artifact] = {}
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name: str, text: str) -> Artifact:
        (self.folder / name).write_text(text)
        artifact = self.artifacts[name] = Artifact(self, name)
        return artifact

    def size(self) -> int:
        return sum(artifact.path.stat().st_size for artifact in self.artifacts.values())
