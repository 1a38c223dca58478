from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from pathlib import Path

from snapkeep.snapshots import expired, read_index
from snapkeep.table import human, table


def main(argv: list[str] | None = None, now: datetime | None = None) -> int:
    parser = argparse.ArgumentParser(prog="snapkeep")
    parser.add_argument("index", type=Path)
    parser.add_argument("--expired", type=int, metavar="DAYS")
    options = parser.parse_args(argv)
    snapshots = read_index(options.index)
    if options.expired is not None:
        snapshots = expired(snapshots, now or datetime.now(), timedelta(days=options.expired))
    if not snapshots:
        print("nothing to show")
        return 1
    print(table([(f"{s.taken:%Y-%m-%d}", human(s.size), s.source) for s in snapshots]))
    return 0
