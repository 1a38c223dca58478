from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from sitemirror.manifest import Manifest


@dataclass
class Report:
    copied: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{len(self.copied)} copied, {len(self.removed)} removed in {self.seconds:.1f} s"


class Mirror:
    def __init__(self, source: Path, target: Path):
        self.source = source
        self.target = target
        target.mkdir(parents=True, exist_ok=True)

    @property
    def manifest(self) -> Manifest:
        return Manifest(self.target / ".manifest.json")

    def sync(self) -> Report:
        report, manifest, started = Report(), self.manifest, time.perf_counter()
        for name in manifest.changed(self.source):
            destination = self.target / name
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.source / name, destination)
            manifest.record(self.source, name)
            report.copied.append(name)
        for name in manifest.deleted(self.source):
            (self.target / name).unlink(missing_ok=True)
            del manifest.stamps[name]
            report.removed.append(name)
        manifest.save()
        report.seconds = time.perf_counter() - started
        return report
