from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

from scanroom.intake import Intake
from scanroom.pages import Summary, summarize


def work(root: Path, report: Path) -> None:
    descriptor = os.open(report, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        for page in Intake(root).open_pages():
            summary = summarize(page.stem, page.read_bytes())
            os.write(descriptor, summary.row().encode())
    finally:
        os.close(descriptor)


def run_stations(root: Path, report: Path, count: int = 2) -> list[Summary]:
    stations = [multiprocessing.Process(target=work, args=(root, report)) for _ in range(count)]
    for station in stations:
        station.start()
    for station in stations:
        station.join()
        if station.exitcode:
            raise RuntimeError(f"{station.name} ended with {station.exitcode}")
    with report.open(encoding="utf-8") as file:
        return sorted((Summary.parse(row) for row in file), key=lambda summary: summary.page)
