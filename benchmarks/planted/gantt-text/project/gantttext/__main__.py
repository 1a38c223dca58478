from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys

from gantttext.render import render
from gantttext.schedule import Schedule


def load(lines, begin: dt.date) -> Schedule:
    schedule = Schedule(begin)
    for name, days, *after in csv.reader(lines, delimiter=";"):
        schedule.add(name.strip(), int(days), *(other.strip() for other in after))
    return schedule


def main(argv: list[str] | None = None, stdin=None) -> int:
    parser = argparse.ArgumentParser("gantttext")
    parser.add_argument("--begin", type=dt.date.fromisoformat, default=dt.date.today())
    parser.add_argument("--no-footer", action="store_true")
    options = parser.parse_args(argv)
    schedule = load(stdin or sys.stdin, options.begin)
    print(render(schedule, footer=not options.no_footer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
