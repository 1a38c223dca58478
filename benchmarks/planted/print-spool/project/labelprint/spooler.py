from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path

RENDERER = Path(__file__).with_name("render.py")


@dataclass
class Label:
    lines: list[str]
    barcode: str | None = None

    def __post_init__(self) -> None:
        if len(self.lines) > 8:
            raise ValueError("at most 8 lines")


@dataclass
class Job:
    number: int
    output: Path
    process: subprocess.Popen = field(repr=False)

    @property
    def printed(self) -> bool:
        return self.output.exists()

    def cancel(self) -> None:
        self.process.kill()
        self.process.wait()


class Spooler:
    def __init__(self, folder: Path):
        self.folder = folder
        self.jobs: list[Job] = []
        self._numbers = count(1)

    def submit(self, label: Label) -> Job:
        number = next(self._numbers)
        source = self.folder / f"{number:04d}.json"
        source.write_text(json.dumps(asdict(label)), encoding="utf-8")
        output = source.with_suffix(".zpl")
        process = subprocess.Popen([sys.executable, "-S", str(RENDERER), str(source), str(output)])
        job = Job(number, output, process)
        self.jobs.append(job)
        return job

    def pending(self) -> list[int]:
        return [job.number for job in self.jobs if job.process.poll() is None]

    def drain(self, timeout: float = 30) -> None:
        for job in self.jobs:
            job.process.wait(timeout)
